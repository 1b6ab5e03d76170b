import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectGradients, type TestedOnce } from "../testing/agree";
import { trace } from "./trace";

test("the gradients of a batch normalization equal TensorFlow.js's", async () => {
  const sample = (shape: readonly number[], value: (i: number) => number) => ({
    ...{ shape, dtype: "float32" as const },
    values: Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => value(i)),
  });
  const positive = (i: number) => 0.5 + Math.cos(i) ** 2;
  const [x, center, variance, scale, offset] = [
    sample([2, 3, 4, 5], Math.sin),
    sample([5], Math.cos),
    sample([5], positive),
    sample([5], (i) => i - 1.5),
    sample([5], Math.tan),
  ];
  const normalize: TestedOnce = (x, mean, variance, scale, offset) =>
    tf.square(
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      ),
    );
  await expectGradients(normalize, [x, center, variance, scale, offset]);
  // One mean for each number, which TensorFlow.js's own gradient is for.
  const each = sample([2, 3, 4, 5], positive);
  await expectGradients(normalize, [x, each, each, each, each]);
});

describe("the gradient of a repetition", () => {
  const axis = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));

  test("equals TensorFlow.js's, whichever axes are repeated", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), async (axes) => {
        const shape = axes.map(([size]) => size);
        const values = Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) =>
          Math.sin(i),
        );
        const reps = axes.map(([, count]) => count);
        await expectGradients((x) => tf.square(tf.tile(x!, reps)), [{ shape, dtype: "float32", values }]);
      }),
      { numRuns: sweep(10) },
    );
  });

  test("is as large for many repetitions as for few", () => {
    const nodes = (count: number) => {
      const gradient = tf.grad((x) => tf.sum(tf.square(tf.tile(x, [count, count, 1]))));
      return nodesOf(trace((x: tf.Tensor) => gradient(x), tf.zeros([1, 1, 8])).graph).length;
    };
    expect(nodes(50)).toBe(nodes(2));
  });

  test("is TensorFlow.js's own again after a trace, and after one that fails", () => {
    const own = tf.getGradient("Tile");
    trace((x: tf.Tensor) => tf.square(x), tf.zeros([2]));
    expect(tf.getGradient("Tile")).toBe(own);
    expect(() => trace((x: tf.Tensor) => tf.tensor(x.dataSync()), tf.zeros([2]))).toThrow(/reads a tensor's values/);
    expect(tf.getGradient("Tile")).toBe(own);
  });
});
