import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { train } from "../loop/train";
import { blobs, classes, copiesOf, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { constant } from "./schedule";
import { sgd } from "./sgd";
import type { Quantizer } from "./step";

const source = blobs({ seed: 1 });
const heldOut = blobs({ seed: 1, count: 60 });
const epochs = 3;
const rate = 0.05;
/** Weights are multiples of this. */
const grid = 1 / 4;

const quantizer: Quantizer = (weights) => weights.map((weight) => tf.mul(tf.round(tf.div(weight, grid)), grid));

const softmaxRegression = () =>
  seeded(sequential({ layers: [layers.dense({ inputShape: [features], units: classes, useBias: false })] }), 7);

/** Rounded weights and losses of an epoch's batches, by a loop in float64: the gradient at the rounded weights moves the exact ones. */
function byHand() {
  const exact = Float64Array.from(weightsOf(softmaxRegression())[0]!);
  const rounded = () => exact.map((weight) => Math.round(weight / grid) * grid);
  const probabilities = (x: Float32Array, w: Float64Array) => {
    const logits = Array.from({ length: classes }, (_, c) =>
      x.reduce((sum, value, f) => sum + value * w[f * classes + c]!, 0),
    );
    const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  };
  const lossOf = (w: Float64Array) => {
    let sum = 0;
    for (const { inputs, labels, count } of copiesOf(heldOut, 0))
      for (let i = 0; i < count; i++)
        sum -= Math.log(probabilities(inputs.subarray(i * features, (i + 1) * features), w)[labels[i]!]!);
    return sum / heldOut.count;
  };
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { inputs, labels, count } of copiesOf(source, epoch)) {
      const w = rounded();
      for (let i = 0; i < count; i++) {
        const x = inputs.subarray(i * features, (i + 1) * features);
        probabilities(x, w).forEach((p, c) => {
          const error = (p - (c === labels[i] ? 1 : 0)) / count;
          for (let f = 0; f < features; f++) exact[f * classes + c]! -= rate * x[f]! * error;
        });
      }
    }
    losses.push(lossOf(rounded()));
  }
  return { weights: [...rounded()], losses };
}

describe.each(executions)("quantizer, %s", (execution) => {
  const options = {
    ...{ epochs, execution, quantizer },
    optimizer: sgd({ momentum: 0 }),
    schedule: constant(rate),
    evaluation: { source: heldOut },
    compile: { threads: 1 },
  };

  test("gradients and evaluations are those of rounded weights, which the model has at the end", async () => {
    const model = softmaxRegression();
    const { history } = await train(model, source, options);
    const expected = byHand();
    expect(weightsOf(model)[0]).toEqual(expected.weights);
    for (const [i, { evaluation }] of history.entries()) expect(evaluation!.loss).toBeCloseTo(expected.losses[i]!, 5);
    model.dispose();
  });

  test("leaves no tensor behind", async () => {
    const model = softmaxRegression();
    expect(await leaked(() => train(model, source, options))).toEqual({ tensors: 0, buffers: 0 });
    model.dispose();
  });

  test("that is no function is refused", async () => {
    const model = softmaxRegression();
    await expect(train(model, source, { ...options, quantizer: 4 as never })).rejects.toThrow(
      "quantizer must be a function of the weights; got 4",
    );
    model.dispose();
  });
});
