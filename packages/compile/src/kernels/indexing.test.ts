import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, expectGradients, type Sample } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { axisOf, elements, floats, integers, shapes, vector } from "../testing/samples";
import { specialFloats, specialIndices } from "../testing/special";
import { indexing } from "./indexing";

const indices = (shape: readonly number[], below: number) => integers(shape, { min: 0, max: below - 1 });

/** Vectors of indices into the first axes of a shape. */
const vectors = (count: number, shape: readonly number[]): fc.Arbitrary<Sample> =>
  fc
    .tuple(...new Array(count).fill(0).flatMap(() => shape.map((size) => fc.nat(size - 1))))
    .map((values) => ({ shape: [count, shape.length], dtype: "int32", values: values as number[] }));

const cut = shapes({ minRank: 1, maxRank: 3 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    rank: fc.integer({ min: 1, max: shape.length }),
    count: fc.integer({ min: 1, max: 5 }),
  }),
);

testKernels(
  indexing,
  {
    Diag: calls(
      (x) => tf.diag(x),
      shapes({ minRank: 1, maxRank: 2, size: 3 }).chain((shape) => elements(shape).map((x) => [x])),
      { gradients: false },
    ),
    GatherNd: cut.chain(({ shape, rank, count }) =>
      calls((x, at) => tf.gatherND(x, at), fc.tuple(elements(shape), vectors(count, shape.slice(0, rank))), {
        gradients: false,
      }),
    ),
    GatherV2: fc.oneof(
      shapes({ minRank: 1 }).chain((shape) =>
        axisOf(shape).chain((axis) =>
          calls(
            (x, at) => tf.gather(x, at as tf.Tensor1D, axis),
            shapes({ minRank: 1, maxRank: 2 }).chain((of) => fc.tuple(elements(shape), indices(of, shape.at(axis)!))),
            // TensorFlow.js's gradient is wrong for negative axes.
            { gradients: axis >= 0 },
          ),
        ),
      ),
      shapes({ minRank: 2, maxRank: 3 }).chain((shape) =>
        calls(
          (x, at) => tf.gather(x, at as tf.Tensor1D, 1, 1),
          fc.tuple(elements(shape), indices([shape[0]!, 3], shape[1]!)),
          { gradients: false },
        ),
      ),
    ),
    OneHot: fc.constantFrom("float32" as const, "int32" as const).chain((dtype) =>
      calls(
        (at) => tf.oneHot(at, 3, 5, -2, dtype),
        shapes({ maxRank: 3 }).chain((shape) => fc.tuple(integers(shape, { min: -1, max: 4 }))),
      ),
    ),
    ScatterNd: cut.chain(({ shape, rank, count }) =>
      calls(
        (at, updates) => tf.scatterND(at, updates, [...shape] as [number]),
        fc.tuple(vectors(count, shape.slice(0, rank)), floats([count, ...shape.slice(rank)])),
        { gradients: false },
      ),
    ),
    SparseToDense: fc.integer({ min: 1, max: 3 }).chain((rank) => {
      const shape = [4, 3, 2].slice(0, rank);
      return calls(
        (at, values) => tf.sparseToDense(at, values, shape as [number], values.dtype === "bool" ? true : 7),
        fc.integer({ min: 1, max: 6 }).chain((count) => fc.tuple(vectors(count, shape), elements([count]))),
        { gradients: false },
      );
    }),
    TensorScatterUpdate: cut.chain(({ shape, rank, count }) =>
      calls(
        (x, at, updates) => tf.tensorScatterUpdate(x, at, updates),
        fc.tuple(floats(shape), vectors(count, shape.slice(0, rank)), floats([count, ...shape.slice(rank)])),
        { gradients: false },
      ),
    ),
    UnsortedSegmentSum: shapes({ minRank: 1 }).chain((shape) =>
      calls(
        (x, ids) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 3),
        // Some rows without a segment; marked by −1, because TensorFlow.js's gradient looks up ids that are too large.
        fc.tuple(fc.oneof(floats(shape), integers(shape)), integers([shape[0]!], { min: -1, max: 2 })),
      ),
    ),
  },
  {
    special: {
      Diag: { zeros: false },
      GatherNd: { integers: specialIndices, stricter: true },
      GatherV2: { integers: specialIndices },
      OneHot: { integers: specialIndices },
      ScatterNd: { integers: specialIndices, stricter: true },
      SparseToDense: { integers: specialIndices, stricter: true },
      TensorScatterUpdate: { integers: specialIndices, stricter: true },
      // The cpu backend multiplies rows of other segments by 0, so that infinities and NaN get into every segment.
      UnsortedSegmentSum: { floats: specialFloats.filter(Number.isFinite), integers: specialIndices },
    },
  },
);

test("many rows with the same index: every update counts, for any number of threads", async () => {
  const ids = { shape: [2000], dtype: "int32" as const, values: Array.from({ length: 2000 }, (_, i) => i % 3) };
  const rows = { shape: [2000, 8], dtype: "float32" as const, values: Array.from({ length: 16000 }, (_, i) => i % 7) };
  await expectAgreement((x, at) => tf.unsortedSegmentSum(x, at as tf.Tensor1D, 3), [rows, ids]);
  const table = { shape: [3, 8], dtype: "float32" as const, values: rows.values.slice(0, 24) };
  await expectGradients((x, at) => tf.gather(x, at as tf.Tensor1D), [table, ids]);
});

test("rows without a segment are skipped", async () => {
  const x = vector([1, 2, 4, 8]);
  const ids = { shape: [4], dtype: "int32" as const, values: [0, 2, -1, 1] };
  await expectAgreement((y, at) => tf.unsortedSegmentSum(y, at as tf.Tensor1D, 2), [x, ids]);
});

test("batch dimensions other than the axis are refused", async () => {
  const x = { shape: [2, 2, 2], dtype: "float32" as const, values: [1, 2, 3, 4, 5, 6, 7, 8] };
  const at = { shape: [2, 1], dtype: "int32" as const, values: [0, 1] };
  await expect(expectAgreement((y, i) => tf.gather(y, i as tf.Tensor1D, 2, 1), [x, at])).rejects.toThrow(
    /GatherV2 with batchDims 1 other than its axis 2/,
  );
});
