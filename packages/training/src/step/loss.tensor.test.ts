import * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { leaked } from "../testing/runs";
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

  test("wrong shapes are named in the error", () => {
    tf.tidy(() => {
      expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([3], "int32"))).toThrow(
        "softmaxCrossEntropy: logits must be [batch, classes] and labels [batch]; got [2,3] and [3]",
      );
    });
  });
});
