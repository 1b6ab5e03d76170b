import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers the gradients of all operations
import { compileFunction, nodeRuntime } from "@weightcast/compile";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { executions, leaked } from "../testing/runs";
import { softmaxCrossEntropy } from "./loss";

const [batch, classes] = [7, 5];
const draw = stream(21, "loss");
const logits = Float32Array.from({ length: batch * classes }, () => 3 * draw.normal());
const labels = Int32Array.from({ length: batch }, () => draw.integer(classes));

/** Loss and gradient by definition, in float64. */
function oracle(z: ArrayLike<number>): { loss: number; gradient: number[] } {
  let loss = 0;
  const gradient: number[] = [];
  for (let i = 0; i < batch; i++) {
    const row = Array.from({ length: classes }, (_, c) => z[i * classes + c]!);
    const peak = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - peak), 0);
    loss += (Math.log(sum) + peak - row[labels[i]!]!) / batch;
    for (const [c, value] of row.entries())
      gradient.push((Math.exp(value - peak) / sum - (c === labels[i] ? 1 : 0)) / batch);
  }
  return { loss, gradient };
}

type LossFunction = (logits: tf.Tensor, labels: tf.Tensor) => tf.Scalar;

/** Loss and gradient of logits, as many rows as labels, on the active backend or compiled. */
async function lossAndGradient(
  execution: "eager" | "compiled",
  z: Float32Array,
  y: ArrayLike<number>,
  lossOf: LossFunction = softmaxCrossEntropy,
) {
  const both = (x: tf.Tensor, labels: tf.Tensor) => {
    const { value, grad } = tf.valueAndGrad((at: tf.Tensor) => lossOf(at, labels))(x);
    return { loss: value, gradient: grad };
  };
  const labels = Int32Array.from(y);
  const shape: [number, number] = [labels.length, z.length / labels.length];
  if (execution === "eager")
    return tf.tidy(() => {
      const { loss, gradient } = both(tf.tensor2d(z, shape), tf.tensor1d(labels, "int32"));
      return { loss: loss.dataSync()[0]!, gradient: [...gradient.dataSync()] };
    });
  const { runtime } = await nodeRuntime();
  const program = await compileFunction<{ z: tf.Tensor; labels: tf.Tensor }, { loss: tf.Tensor; gradient: tf.Tensor }>(
    ({ z, labels }) => both(z, labels),
    { z: { shape, dtype: "float32" }, labels: { shape: [labels.length], dtype: "int32" } },
    { runtime: runtime! },
  );
  const { loss, gradient } = await program.run({ z, labels });
  await program.release();
  return { loss: loss[0]!, gradient: [...gradient] };
}

/** The same loss written as −1/n Σ log p · onehot, which is NaN for masked classes. */
const withProducts: LossFunction = (logits, labels) =>
  tf.customGrad((z, save) => {
    const [count, width] = logits.shape;
    const shifted = tf.sub(z as tf.Tensor, tf.max(z as tf.Tensor, -1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
    const target = tf.cast(tf.oneHot(labels as tf.Tensor1D, width!), "float32");
    (save as tf.GradSaveFunc)([logProbabilities, target]);
    return {
      value: tf.mul(tf.sum(tf.mul(logProbabilities, target)), -1 / count!),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.mul(tf.sub(tf.exp(saved[0]!), saved[1]!), tf.mul(dy, 1 / count!)),
    };
  })(logits) as tf.Scalar;

describe("softmaxCrossEntropy", () => {
  test("value and gradient equal those in float64 (1e-6 relative, 1e-7 absolute); leaks nothing", async () => {
    const expected = oracle(logits);
    const leak = await leaked(() =>
      tf.tidy(() => {
        const z = tf.tensor2d(logits, [batch, classes]);
        const y = tf.tensor1d(labels, "int32");
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => softmaxCrossEntropy(x, y))(z);
        expect(Math.abs(value.dataSync()[0]! / expected.loss - 1)).toBeLessThan(1e-6);
        for (const [i, g] of [...grad.dataSync()].entries())
          expect(Math.abs(g - expected.gradient[i]!)).toBeLessThan(1e-7);
      }),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("a factor on the loss scales the gradient", () => {
    tf.tidy(() => {
      const z = tf.tensor2d(logits, [batch, classes]);
      const y = tf.tensor1d(labels, "int32");
      const once = tf
        .grad((x: tf.Tensor) => softmaxCrossEntropy(x, y))(z)
        .dataSync();
      const thrice = tf
        .grad((x: tf.Tensor) => tf.mul(softmaxCrossEntropy(x, y), 3))(z)
        .dataSync();
      for (const [i, g] of [...thrice].entries()) expect(Math.abs(g - 3 * once[i]!)).toBeLessThan(1e-6);
    });
  });

  test("logits of ±1000 give finite values: the loss is the distance, the gradient is one-hot", () => {
    tf.tidy(() => {
      const z = tf.tensor2d([1000, -1000, 0, 1000, 1000, 0], [2, 3]);
      const y = tf.tensor1d([1, 0], "int32");
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => softmaxCrossEntropy(x, y))(z);
      expect(value.dataSync()[0]).toBeCloseTo((2000 + Math.LN2) / 2, 3);
      expect([...grad.dataSync()]).toEqual([0.5, -0.5, 0, -0.25, 0.25, 0]);
    });
  });

  test.each(executions)(
    "a logit of −∞ masks its class: loss and gradient are those without the class, %s",
    async (execution) => {
      // Logits (0, ln 3, −∞) and (−∞, ln 7, 0): probabilities (1/4, 3/4, 0) and (0, 7/8, 1/8).
      const z = Float32Array.of(0, Math.log(3), -Infinity, -Infinity, Math.log(7), 0);
      const { loss, gradient } = await lossAndGradient(execution, z, [0, 1]);
      expect(loss).toBeCloseTo((Math.log(4) + Math.log(8 / 7)) / 2, 6);
      const expected = [-3 / 8, 3 / 8, 0, 0, -1 / 16, 1 / 16];
      for (const [i, value] of gradient.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-7);
    },
  );

  test.each(executions)(
    "for finite logits it equals the sum of products with one-hot labels to the bit, %s",
    async (execution) => {
      for (const [rows, width] of [
        [100, 10],
        [37, 5],
        [1, 2],
        [64, 100],
      ] as const) {
        const z = Float32Array.from({ length: rows * width }, () => 10 * draw.normal());
        const y = Int32Array.from({ length: rows }, () => draw.integer(width));
        const products = await lossAndGradient(execution, z, y, withProducts);
        expect(await lossAndGradient(execution, z, y)).toEqual(products);
      }
    },
  );

  test.each(executions)(
    "a masked label has the loss ∞; NaN, +∞ or only −∞ among the logits give NaN, %s",
    async (execution) => {
      const lossOf = async (...z: number[]) =>
        (await lossAndGradient(execution, Float32Array.of(...z, 0, 0, 0), [0, 0])).loss;
      expect(await lossOf(-Infinity, 0, 1)).toBe(Infinity);
      expect(await lossOf(0, NaN, 1)).toBeNaN();
      expect(await lossOf(0, Infinity, 1)).toBeNaN();
      expect(await lossOf(-Infinity, -Infinity, -Infinity)).toBeNaN();
    },
  );

  test("wrong shapes are named in the error", () => {
    tf.tidy(() => {
      expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([3], "int32"))).toThrow(
        "softmaxCrossEntropy: logits must be [batch, classes] and labels [batch]; got [2,3] and [3]",
      );
    });
  });
});
