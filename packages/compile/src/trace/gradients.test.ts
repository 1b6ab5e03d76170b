import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectGradients } from "../testing/agree";
import { trace } from "./trace";

describe("the gradient of a repetition", () => {
  const axis = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));

  test("equals TensorFlow.js's, whichever axes are repeated", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), async (axes) => {
        const shape = axes.map(([size]) => size);
        const values = Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => Math.sin(i));
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
