import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, expectGradients } from "../testing/agree";
import { floats } from "../testing/samples";

const size = fc.integer({ min: 1, max: 7 });

/** Two matrices whose product exists, each as it is or transposed, in a batch or not. */
const factors = fc
  .record({
    rows: size,
    inner: size,
    columns: size,
    batch: fc.constantFrom<readonly [number[], number[]]>([[], []], [[3], [3]], [[1], [4]], [[2, 1], [1, 3]], [[2], []]),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .chain(({ rows, inner, columns, batch, transposeA, transposeB }) =>
    fc.record({
      a: floats([...batch[0], ...(transposeA ? [inner, rows] : [rows, inner])]),
      b: floats([...batch[1], ...(transposeB ? [columns, inner] : [inner, columns])]),
      transposeA: fc.constant(transposeA),
      transposeB: fc.constant(transposeB),
    }),
  );

test("products of matrices, and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(factors, async ({ a, b, transposeA, transposeB }) => {
      const product = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
      await expectAgreement(product, [a, b]);
      // TensorFlow.js has no gradient for operands whose batches differ.
      if (a.shape.length === b.shape.length && a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join())
        await expectGradients(product, [a, b]);
    }),
    { numRuns: 40, seed: 1 },
  );
});

test.each(["linear", "relu", "sigmoid", "elu", "leakyrelu"] as const)("fused with a bias and %s", async (activation) => {
  await fc.assert(
    fc.asyncProperty(floats([3, 4]), floats([4, 5]), floats([5]), async (a, b, bias) => {
      const fused = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
        tf.fused.matMul({ a: x, b: y, bias: z, activation, leakyreluAlpha: 0.1 });
      await expectAgreement(fused, [a, b, bias]);
      await expectGradients(fused, [a, b, bias]);
    }),
    { numRuns: 8, seed: 2 },
  );
});
