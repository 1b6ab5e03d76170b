import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, grid, gridOf, random, sum } from "../testing/reference";

const activations: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  leakyrelu: (x) => (x < 0 ? 0.3 * x : x),
};

const cases = fc.record({
  batch: fc.constantFrom<[number[], number[]]>([[], []], [[3], [3]]),
  m: fc.integer({ min: 1, max: 12 }),
  k: fc.integer({ min: 1, max: 110 }), // beyond 48 and 96, where the backend's own kernel adds the bias again
  n: fc.integer({ min: 1, max: 12 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  biased: fc.boolean(),
  activation: fc.constantFrom(...Object.keys(activations)),
});

describe("fused.matMul", () => {
  test("equals the product, bias and activation of a float64 loop", () => {
    fc.assert(
      fc.property(cases, ({ batch: [outer], m, k, n, transposeA, transposeB, biased, activation }) => {
        tf.tidy(() => {
          const a = random(transposeA ? [...outer, k, m] : [...outer, m, k], 1);
          const b = random(transposeB ? [...outer, n, k] : [...outer, k, n], 2);
          const bias = random([n], 3);
          const [ga, gb, gc] = [gridOf(a), gridOf(b), gridOf(bias)];
          const expected = grid([...outer, m, n], (place) => {
            const [i, j] = place.slice(-2) as [number, number];
            const left = (l: number) => entry(ga, [...place.slice(0, -2), ...(transposeA ? [l, i] : [i, l])]);
            const right = (l: number) => entry(gb, [...place.slice(0, -2), ...(transposeB ? [j, l] : [l, j])]);
            return activations[activation]!(sum(k, (l) => left(l) * right(l)) + (biased ? entry(gc, [j]) : 0));
          });
          const actual = tf.fused.matMul({
            a: a as tf.Tensor2D,
            b: b as tf.Tensor2D,
            transposeA,
            transposeB,
            activation: activation as "linear",
            leakyreluAlpha: 0.3,
            ...(biased && { bias }),
          });
          expectClose(actual, expected, 2e-5);
        });
      }),
      { seed: 21, numRuns: sweep(80) },
    );
  });

  test("prelu takes its negative-side factors from a tensor", () => {
    tf.tidy(() => {
      const [a, b, alpha] = [random([6, 5], 4), random([5, 7], 5), random([7], 6)];
      const [ga, gb, gs] = [gridOf(a), gridOf(b), gridOf(alpha)];
      const expected = grid([6, 7], ([i, j]) => {
        const x = sum(5, (l) => entry(ga, [i!, l]) * entry(gb, [l, j!]));
        return x < 0 ? x * entry(gs, [j!]) : x;
      });
      const actual = tf.fused.matMul({
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        activation: "prelu",
        preluActivationWeights: alpha,
      });
      expectClose(actual, expected, 1e-5);
    });
  });

  test("leaves no tensor and no memory behind", () => {
    const [a, b, bias] = [random([4, 30, 20], 7), random([4, 20, 10], 8), random([10], 9)];
    const run = () =>
      tf.fused.matMul({ a: a as tf.Tensor3D, b: b as tf.Tensor3D, bias, activation: "sigmoid" }).dispose();
    run();
    const before = [tf.memory().numTensors, tf.memory().numDataBuffers, tf.engine().backend.numDataIds()];
    for (let i = 0; i < 50; i++) run();
    expect([tf.memory().numTensors, tf.memory().numDataBuffers, tf.engine().backend.numDataIds()]).toEqual(before);
    tf.dispose([a, b, bias]);
  });
});
