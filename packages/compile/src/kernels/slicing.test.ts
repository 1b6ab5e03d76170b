import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Value } from "../graph/graph";
import { openProgram } from "../onnx/program";
import { nodeRuntime } from "../onnx/runtime";
import { expectAgreement } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { elements, floats, shapes } from "../testing/samples";
import { slicing } from "./slicing";

const perAxis = <T>(shape: readonly number[], arbitrary: (size: number) => fc.Arbitrary<T>) =>
  fc.tuple(...shape.map(arbitrary));

/** Padding of an axis on either side. */
const padding = (max: number) => fc.tuple(fc.nat(max), fc.nat(max));

testKernels(slicing, {
  MirrorPad: fc.constantFrom("reflect" as const, "symmetric" as const).chain((mode) =>
    shapes({ minRank: 1, maxRank: 4 }).chain((shape) =>
      perAxis(shape, (size) => padding(mode === "reflect" ? size - 1 : size)).chain((paddings) =>
        calls(
          (x) => tf.mirrorPad(x, paddings, mode),
          elements(shape).map((x) => [x]),
          // TensorFlow.js's gradient ignores the mirror images.
          { gradients: false },
        ),
      ),
    ),
  ),
  PadV2: fc.constantFrom(0, 1).chain((value) =>
    shapes({ minRank: 1, maxRank: 5, size: 3 }).chain((shape) =>
      perAxis(shape, () => padding(2)).chain((paddings) =>
        calls(
          (x) => tf.pad(x, paddings, value),
          elements(shape).map((x) => [x]),
        ),
      ),
    ),
  ),
  Reverse: shapes().chain((shape) =>
    fc.subarray([...shape.keys()]).chain((axes) =>
      calls(
        (x) => tf.reverse(x, axes),
        elements(shape).map((x) => [x]),
      ),
    ),
  ),
  Slice: shapes({ minRank: 1, maxRank: 5 }).chain((shape) =>
    perAxis(shape, (size) =>
      fc.nat(size - 1).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: 1, max: size - begin }))),
    ).chain((cuts) =>
      calls(
        (x) =>
          tf.slice(
            x,
            cuts.map(([begin]) => begin),
            cuts.map(([begin, size], i) => (begin + size === shape[i] ? -1 : size)),
          ),
        elements(shape).map((x) => [x]),
      ),
    ),
  ),
  StridedSlice: shapes({ minRank: 1 }).chain((shape) =>
    fc
      .record({
        bounds: perAxis(shape, (size) =>
          fc.tuple(
            fc.integer({ min: -size - 1, max: size + 1 }),
            fc.integer({ min: -size - 1, max: size + 1 }),
            fc.constantFrom(1, 2, 3, -1, -2),
          ),
        ),
        masks: fc.array(fc.nat(2 ** shape.length - 1), { minLength: 2, maxLength: 2 }),
      })
      .chain(({ bounds, masks: [beginMask, endMask] }) => {
        const [begin, end, strides] = [0, 1, 2].map((i) => bounds.map((bound) => bound[i]!));
        return calls(
          (x) => tf.stridedSlice(x, begin!, end!, strides!, beginMask, endMask),
          elements(shape).map((x) => [x]),
          { gradients: false },
        );
      }),
  ),
});

test("all masks of strided slices", async () => {
  await fc.assert(
    fc.asyncProperty(floats([3, 4, 5]), async (x) => {
      await expectAgreement(
        (y) => [
          // TensorFlow.js confuses the axes if one is dropped and another has a stride.
          tf.stridedSlice(y, [1, 0], [2, 3], [1, 1], 0, 0, 0, 0, 1), // y[1, 0:3]
          tf.stridedSlice(y, [-1, 1, -1], [0, 3, 0], [1, 1, 1], 0, 2, 0, 0, 5), // y[-1, 1:, -1]
          tf.stridedSlice(y, [0, 1], [0, 3], [1, 1], 0, 0, 1), // y[..., 1:3]
          tf.stridedSlice(y, [0, 0, 2], [0, 0, 4], [1, 1, 1], 0, 0, 1, 2), // y[..., new, 2:4]
          tf.stridedSlice(y, [0, 0, 3], [0, 9, 0], [1, 2, -1], 0, 0, 1, 0), // y[..., ::2, 3:0:-1]
        ],
        [x],
      );
    }),
    { numRuns: sweep(2), seed: 1 },
  );
});

test("a dropped axis together with strides", async () => {
  const values = Array.from({ length: 24 }, (_, i) => i);
  const y = { shape: [2, 3, 4], type: "float32" as const };
  const slice = slicing.StridedSlice!({
    inputs: { x: y },
    attrs: {
      begin: [1, 0, 3],
      end: [2, 3, 0],
      strides: [1, 2, -2],
      ...{ beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0 },
      shrinkAxisMask: 1,
    },
  }) as Value;
  const program = await openProgram({ inputs: [y], outputs: [slice] }, (await nodeRuntime()).runtime!, {});
  const [result] = await program.run([program.tensor(y, Float32Array.from(values))]);
  await program.release();
  expect(result).toMatchObject({ dims: [2, 2], data: Float32Array.of(15, 13, 23, 21) });
});

test("empty slices, padded and reversed", async () => {
  const x = { shape: [2, 3], dtype: "float32" as const, values: [1, 2, 3, 4, 5, 6] };
  await expectAgreement(
    (y) => [
      tf.slice(y, [1, 0], [0, 3]),
      tf.pad(
        tf.slice(y, [1, 0], [0, 3]),
        [
          [1, 0],
          [0, 1],
        ],
        7,
      ),
    ],
    [x],
  );
  await expectAgreement((y) => tf.reverse(tf.slice(y, [0, 0], [2, 0])), [x]);
});
