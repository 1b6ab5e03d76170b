import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectBoth, gradientsOf, type Sample } from "../testing/agree";
import { calls, type TestedCall, testKernels } from "../testing/kernels";
import { axisOf, booleans, elements, floats, integers, numbers, shapes, small } from "../testing/samples";
import { specialFloats } from "../testing/special";
import { withReshapeMethod } from "../testing/tensor-methods";
import { reductions } from "./reductions";

type Of = (shape: readonly number[]) => fc.Arbitrary<Sample>;
type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

/** Reductions along all axes, one, some or none; with the axes kept or not. */
const along = (fn: Reduction, of: Of, options = {}): fc.Arbitrary<TestedCall> =>
  shapes().chain((shape) =>
    fc
      .tuple(
        fc.oneof(fc.constant(undefined), ...(shape.length > 0 ? [axisOf(shape)] : []), fc.subarray([...shape.keys()])),
        fc.boolean(),
      )
      .chain(([axis, keepDims]) =>
        calls(
          (x) => fn(x, axis, keepDims),
          of(shape).map((x) => [x]),
          options,
        ),
      ),
  );

const alongOne = (fn: (x: tf.Tensor, axis: number) => tf.Tensor, of: Of, options = {}): fc.Arbitrary<TestedCall> =>
  shapes({ minRank: 1 }).chain((shape) =>
    axisOf(shape).chain((axis) =>
      calls(
        (x) => fn(x, axis),
        of(shape).map((x) => [x]),
        options,
      ),
    ),
  );

/** Few different values, so that some are equal: the first one counts. */
const few: Of = (shape) => integers(shape, { min: -1, max: 1 });

testKernels(
  reductions,
  {
    All: along(tf.all, booleans, { gradients: false }),
    Any: along(tf.any, booleans, { gradients: false }),
    ArgMax: alongOne(tf.argMax, (shape) => fc.oneof(floats(shape), few(shape), booleans(shape)), { gradients: false }),
    ArgMin: alongOne(tf.argMin, (shape) => fc.oneof(floats(shape), few(shape), booleans(shape)), { gradients: false }),
    Cumprod: fc.tuple(fc.boolean(), fc.boolean()).chain(([exclusive, reverse]) =>
      alongOne(
        (x, axis) => tf.cumprod(x, axis < 0 ? axis + x.rank : axis, exclusive, reverse),
        // TensorFlow.js calls a result of booleans one of integers, and gives it bytes.
        numbers,
        { gradients: false },
      ),
    ),
    Cumsum: fc.tuple(fc.boolean(), fc.boolean()).chain(([exclusive, reverse]) =>
      alongOne(
        (x, axis) => tf.cumsum(x, axis < 0 ? axis + x.rank : axis, exclusive, reverse),
        (shape) => fc.oneof(numbers(shape), booleans(shape)),
        {
          gradients: false,
        },
      ),
    ),
    Max: along(tf.max, elements),
    Mean: along(tf.mean, elements),
    Min: along(tf.min, elements),
    // The gradient has a test of its own, because it needs a method of tensors that only `@tensorflow/tfjs` adds.
    Prod: along(tf.prod, elements, { gradients: false }),
    Sum: along(tf.sum, elements),
    TopK: shapes({ minRank: 1 }).chain((shape) =>
      fc.integer({ min: 1, max: shape.at(-1)! }).chain((k) =>
        calls(
          (x) => {
            const { values, indices } = tf.topk(x, k);
            return [values, indices];
          },
          fc.oneof(floats(shape), few(shape)).map((x) => [x]),
          { gradients: false },
        ),
      ),
    ),
  },
  {
    special: {
      // Products in another order overflow elsewhere.
      Cumprod: { floats: [0, 1, -1, 0.5, 2, 3, Number.NaN], integers: [-1, 0, 1, 2, -4] },
      Mean: { zeros: false },
      Sum: { zeros: false },
      // The cpu backend sorts by differences, so that NaN and several equal infinities have any order.
      TopK: { floats: specialFloats.filter(Number.isFinite) },
    },
  },
);

test("gradient of products, also of zeros", async () => {
  const factors = fc.tuple(small(3), small(5)).chain((shape) => fc.oneof(floats(shape), few(shape)));
  await fc.assert(
    fc.asyncProperty(factors, async ({ shape, values }) => {
      const x: Sample = { shape, dtype: "float32", values };
      const all = gradientsOf((y) => tf.prod(y, 1), [x]);
      await expectAgreement((y) => withReshapeMethod(() => all(y)), [x]);
    }),
    { numRuns: sweep(8), seed: 2 },
  );
});

test("functions composed of reductions", async () => {
  await fc.assert(
    fc.asyncProperty(floats([2, 3, 4]), async (x) => {
      for (const fn of [
        (y: tf.Tensor) => tf.logSumExp(y, [0, 2], true),
        (y: tf.Tensor) => tf.moments(y, -1).variance,
        (y: tf.Tensor) => tf.norm(y, 1, [1, 2]),
        (y: tf.Tensor) => tf.cumsum(y, 2, true, true),
      ]) {
        await expectBoth(fn, [x]);
      }
    }),
    { numRuns: sweep(4), seed: 1 },
  );
});

test("reductions of no elements", async () => {
  const empty = { shape: [2, 0], dtype: "float32" as const, values: [] };
  await expectAgreement((x) => [tf.sum(x), tf.mean(x, 1), tf.prod(x, 1), tf.sum(x, 0)], [empty]);
  await expect(expectAgreement((x) => tf.max(x), [empty])).rejects.toThrow(/kernel Max of no elements/);
  await expect(expectAgreement((x) => tf.argMax(x, 1), [empty])).rejects.toThrow(/kernel ArgMax of no elements/);
});
