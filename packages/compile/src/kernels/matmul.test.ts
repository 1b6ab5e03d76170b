import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import { sizeOf } from "@weightcast/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectGradients } from "../testing/agree";
import { floats, numbers } from "../testing/samples";

const size = fc.integer({ min: 1, max: 7 });

/** Two matrices that can be multiplied, each transposed or not, in a batch or not. */
const factors = fc
  .record({
    rows: size,
    inner: size,
    columns: size,
    // TensorFlow.js's cpu backend uses the wrong matrices if a batch with several axes is broadcast.
    batch: fc.constantFrom<readonly [number[], number[]]>(
      [[], []],
      [[3], [3]],
      [[1], [4]],
      [
        [2, 3],
        [2, 3],
      ],
      [[2], []],
    ),
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

test("matrix products and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(factors, async ({ a, b, transposeA, transposeB }) => {
      const product = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
      await expectAgreement(product, [a, b]);
      // TensorFlow.js has no gradient for operands with different batches.
      if (a.shape.length === b.shape.length && a.shape.slice(0, -2).join() === b.shape.slice(0, -2).join())
        await expectGradients(product, [a, b]);
    }),
    { numRuns: sweep(40), seed: 1 },
  );
});

test.each(["linear", "relu", "sigmoid", "elu", "leakyrelu"] as const)(
  "product fused with a bias and %s",
  async (activation) => {
    await fc.assert(
      fc.asyncProperty(floats([3, 4]), floats([4, 5]), floats([5]), async (a, b, bias) => {
        const fused = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
          tf.fused.matMul({ a: x, b: y, bias: z, activation, leakyreluAlpha: 0.1 });
        await expectAgreement(fused, [a, b, bias]);
        await expectGradients(fused, [a, b, bias], { atLeast: 1 });
      }),
      { numRuns: sweep(8), seed: 2 },
    );
  },
);

test("product fused with prelu, and without a bias", async () => {
  await fc.assert(
    fc.asyncProperty(floats([3, 4]), floats([4, 5]), floats([5]), async (a, b, alpha) => {
      const fused = (x: tf.Tensor, y: tf.Tensor, preluActivationWeights: tf.Tensor) =>
        tf.fused.matMul({ a: x, b: y, activation: "prelu", preluActivationWeights });
      await expectAgreement(fused, [a, b, alpha]);
    }),
    { numRuns: sweep(4), seed: 3 },
  );
  const unknown = (x: tf.Tensor, y: tf.Tensor) => tf.fused.matMul({ a: x, b: y, activation: "relu6" });
  const ones = { shape: [1, 1], dtype: "float32" as const, values: [1] };
  await expect(expectAgreement(unknown, [ones, ones])).rejects.toThrow(/_FusedMatMul with the activation relu6 cannot/);
});

test.each([
  ["ij,jk->ki", [2, 3], [3, 4]],
  ["bij, bkj -> bik", [2, 3, 4], [2, 5, 4]],
  ["bqhd,bkhd->bhqk", [2, 3, 2, 4], [2, 5, 2, 4]],
  ["i,j->ij", [3], [4]],
])("%s", async (equation, a, b) => {
  const product = (x: tf.Tensor, y: tf.Tensor) => tf.einsum(equation, x, y);
  await fc.assert(
    fc.asyncProperty(numbers(a), async (x) =>
      expectAgreement(product, [x, x.dtype === "int32" ? sampleOf(b, "int32") : sampleOf(b, "float32")]),
    ),
    { numRuns: sweep(4), seed: 4 },
  );
});

const sampleOf = (shape: readonly number[], dtype: "float32" | "int32") => ({
  shape,
  dtype,
  values: Array.from({ length: sizeOf(shape) }, (_, i) => (i % 5) - 2),
});

test("einsum of one operand", async () => {
  await expectAgreement((x) => tf.einsum("ij->j", x), [sampleOf([3, 4], "float32")]);
});
