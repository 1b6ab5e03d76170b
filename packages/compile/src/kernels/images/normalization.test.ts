import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, expectBoth, expectGradients } from "../../testing/agree";
import { floats } from "../../testing/samples";

const shapes = fc
  .record({
    rank: fc.integer({ min: 2, max: 4 }),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ rank, sizes }) => sizes.slice(0, rank));

/** Cases with statistics that are a vector, or that have the image's shape. */
const cases = fc.tuple(shapes, fc.boolean()).chain(([shape, isVector]) => {
  const statistics = isVector ? shape.slice(-1) : shape;
  return fc.record({
    x: floats(shape),
    mean: floats(statistics),
    variance: floats(statistics, { min: 0.25, max: 3 }),
    offset: floats(statistics),
    scale: floats(statistics),
    epsilon: fc.constantFrom(undefined, 0.01),
  });
});

test("batch normalization and its gradients", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ x, mean, variance, offset, scale, epsilon }) => {
      const normalize = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor, d?: tf.Tensor, e?: tf.Tensor) =>
        tf.batchNorm(a, b as tf.Tensor1D, c as tf.Tensor1D, d as tf.Tensor1D, e as tf.Tensor1D, epsilon);
      await expectAgreement(normalize, [x, mean, variance, offset, scale]);
      await expectAgreement(normalize, [x, mean, variance]);
      await expectGradients(normalize, [x, mean, variance, offset, scale]);
    }),
    { numRuns: sweep(20), seed: 1 },
  );
});

test("local response normalization and its gradient", async () => {
  const options = fc.record({
    x: floats([2, 3, 2, 7]),
    radius: fc.integer({ min: 1, max: 8 }),
    bias: fc.constantFrom(1, 2),
    alpha: fc.constantFrom(1, 0.01),
    beta: fc.constantFrom(0.5, 0.75, 1),
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ x, radius, bias, alpha, beta }) => {
      await expectBoth((a) => tf.localResponseNormalization(a as tf.Tensor4D, radius, bias, alpha, beta), [x]);
    }),
    { numRuns: sweep(15), seed: 2 },
  );
});
