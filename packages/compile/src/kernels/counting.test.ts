import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileFunction } from "../compile-function";
import { nodeRuntime } from "../onnx/runtime";
import { calls, testKernels } from "../testing/kernels";
import { floats, integers } from "../testing/samples";
import { counting } from "./counting";

const few = (shape: readonly number[]) => integers(shape, { min: 0, max: 6 });

testKernels(
  counting,
  {
    Bincount: fc
      .boolean()
      .chain((weighted) =>
        calls(
          (x, weights) =>
            tf.bincount(x as tf.Tensor1D, weighted ? (weights as tf.Tensor1D) : tf.tensor1d([], "int32"), 5),
          fc.tuple(few([7]), fc.oneof(floats([7]), integers([7]))),
          { gradients: false },
        ),
      ),
    DenseBincount: fc
      .tuple(fc.boolean(), fc.boolean(), fc.constantFrom([7], [3, 4]))
      .chain(([weighted, binary, shape]) =>
        calls(
          (x, weights) =>
            tf.denseBincount(
              x as tf.Tensor1D,
              weighted ? (weights as tf.Tensor1D) : tf.tensor1d([], "int32"),
              5,
              binary && shape.length === 2,
            ),
          fc.tuple(few(shape), floats(shape)),
          { gradients: false },
        ),
      ),
    SearchSorted: fc.constantFrom("left" as const, "right" as const).chain((side) =>
      calls(
        (sorted, values) => tf.searchSorted(sorted, values, side),
        fc.tuple(few([2, 5]), few([2, 4])).map(([sorted, values]) => {
          const rows = [sorted.values.slice(0, 5), sorted.values.slice(5)];
          return [{ ...sorted, values: rows.flatMap((row) => [...row].sort((a, b) => a - b)) }, values];
        }),
        { gradients: false },
      ),
    ),
  },
  // Negative integers are an error in eager execution.
  {
    special: {
      Bincount: { integers: [0, 1, 4, 5, 1000] },
      DenseBincount: { integers: [0, 1, 4, 5, 1000] },
      SearchSorted: false,
    },
  },
);

test("a negative integer is an error", async () => {
  const { runtime } = await nodeRuntime();
  const spec = { shape: [3, 2], dtype: "int32" } as const;
  const none = tf.tensor1d([], "int32") as tf.Tensor as tf.Tensor2D;
  const count = await compileFunction((x) => tf.denseBincount(x, none, 4), spec, { runtime: runtime!, dtype: "int32" });
  expect([...(await count.run(Int32Array.of(0, 0, 3, 4, 1, 2)))]).toEqual([2, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0]);
  await expect(count.run(Int32Array.of(0, 0, 3, -4, 1, 2))).rejects.toThrow(/index must be/);
  await count.release();
  none.dispose();
});
