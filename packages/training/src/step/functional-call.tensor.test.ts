import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { features } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import { leaked } from "../testing/runs";
import { functionalCall } from "./functional-call";
import { softmaxCrossEntropy } from "./loss";

const draw = stream(11, "functional-call");
const inputs = Float32Array.from({ length: 5 * features }, draw.normal);
const labels = Int32Array.from([0, 2, 1, 1, 0]);

describe("functionalCall", () => {
  test("with the weights of another network it gives that network's output; the model keeps its weights", async () => {
    const [model, other] = [network(1), network(2)];
    const before = weightsOf(model);
    const leak = await leaked(() =>
      tf.tidy(() => {
        const x = tf.tensor2d(inputs, [5, features]);
        const weights = other.trainableWeights.map((variable) => tf.clone(variable.read()));
        const output = functionalCall(model, weights, x, { training: false });
        expect([...output.dataSync()]).toEqual([...(other.predict(x) as tf.Tensor).dataSync()]);
        expect([...output.dataSync()]).not.toEqual([...(model.predict(x) as tf.Tensor).dataSync()]);
      }),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
    other.dispose();
  });

  test("gradients agree with central differences of the loss, to 2e-4 with h = 1/128 in float32", () => {
    const model = network(3);
    const x = tf.tensor2d(inputs, [5, features]);
    const y = tf.tensor1d(labels, "int32");
    const loss = (...weights: tf.Tensor[]) =>
      softmaxCrossEntropy(functionalCall(model, weights, x, { training: true }), y);
    const start = weightsOf(model);
    const shapes = model.trainableWeights.map(({ shape }) => shape as number[]);
    const tensors = (values: number[][]) => values.map((value, i) => tf.tensor(value, shapes[i]!));
    const at = (values: number[][]) => tf.tidy(() => loss(...tensors(values)).dataSync()[0]!);
    const gradients = tf.tidy(() =>
      tf
        .grads(loss)(tensors(start))
        .map((gradient) => [...gradient.dataSync()]),
    );

    const h = 1 / 128;
    let largest = 0;
    for (const [w, values] of start.entries())
      for (const i of values.keys()) {
        const shifted = (by: number) => start.map((v, k) => (k === w ? v.map((u, l) => (l === i ? u + by : u)) : v));
        const difference = (at(shifted(h)) - at(shifted(-h))) / (2 * h);
        expect(Math.abs(gradients[w]![i]! - difference)).toBeLessThan(2e-4);
        largest = Math.max(largest, Math.abs(difference));
      }
    expect(largest).toBeGreaterThan(0.05);
    tf.dispose([x, y]);
    model.dispose();
  });

  test("the variables are restored if a layer throws", () => {
    const model = network(1);
    const before = weightsOf(model);
    tf.tidy(() => {
      const weights = model.trainableWeights.map((variable) => tf.zerosLike(variable.read()));
      expect(() => functionalCall(model, weights, tf.zeros([5, features + 1]), { training: true })).toThrow();
    });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("weights of another number or shape are an error with the details", () => {
    const model = network(1);
    tf.tidy(() => {
      const x = tf.zeros([1, features]);
      const weights = model.trainableWeights.map((variable) => tf.clone(variable.read()));
      const call = (tensors: tf.Tensor[]) => () => functionalCall(model, tensors, x, { training: false });
      expect(call(weights.slice(1))).toThrow("functionalCall: the model has 4 trainable weights; got 3 tensors");
      expect(call([tf.zeros([6, 9]), ...weights.slice(1)])).toThrow(
        /weight 0, .*kernel.*, must be of shape \[6,8\]; got \[6,9\]/,
      );
    });
    model.dispose();
  });
});
