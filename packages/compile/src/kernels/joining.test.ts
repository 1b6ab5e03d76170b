import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, type Sample } from "../testing/agree";
import { calls, type TestedCall, testKernels } from "../testing/kernels";
import { axisOf, booleans, elements, floats, integers, shapes } from "../testing/samples";
import { joining } from "./joining";

/** Calls on a tensor and one of its axes. */
const alongAxis = (build: (shape: readonly number[], axis: number) => fc.Arbitrary<TestedCall>, maxRank = 4) =>
  shapes({ minRank: 1, maxRank }).chain((shape) => axisOf(shape).chain((axis) => build(shape, axis)));

const sameType = fc.constantFrom<(shape: readonly number[]) => fc.Arbitrary<Sample>>(floats, integers, booleans);

testKernels(
  joining,
  {
    Concat: alongAxis((shape, axis) =>
      fc
        .tuple(sameType, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }))
        .chain(([of, sizes]) =>
          calls((...parts) => tf.concat(parts, axis), fc.tuple(...sizes.map((size) => of(shape.with(axis, size))))),
        ),
    ),
    Pack: fc
      .tuple(shapes({ maxRank: 3 }), sameType, fc.integer({ min: 1, max: 4 }))
      .chain(([shape, of, count]) =>
        fc
          .integer({ min: 0, max: shape.length })
          .chain((axis) =>
            calls(
              (...parts) => tf.stack(parts, axis),
              fc.tuple(...new Array<fc.Arbitrary<Sample>>(count).fill(of(shape))),
            ),
          ),
      ),
    SplitV: alongAxis((shape, axis) =>
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }).chain((sizes) =>
        calls(
          // The last size is left open (TensorFlow.js miscounts if it is the first). Weighted, so that the gradients of the
          // parts differ.
          (x) =>
            tf.concat(
              tf.split(x, sizes.with(-1, -1), axis).map((part, i) => tf.mul(part, i + 1)),
              axis,
            ),
          floats(
            shape.with(
              axis,
              sizes.reduce((a, b) => a + b),
            ),
          ).map((x) => [x]),
        ),
      ),
    ),
    Tile: shapes({ minRank: 1, size: 3 }).chain((shape) =>
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: shape.length, maxLength: shape.length }).chain((reps) =>
        calls(
          (x) => tf.tile(x, reps),
          elements(shape).map((x) => [x]),
        ),
      ),
    ),
    Unpack: alongAxis((shape, axis) =>
      calls(
        (x) => tf.addN(tf.unstack(x, axis).map((part, i) => tf.mul(part, i + 1))),
        floats(shape).map((x) => [x]),
        // TensorFlow.js has no gradient for a single part, and a wrong one for a negative axis.
        { gradients: axis >= 0 && shape[axis]! > 1 },
      ),
    ),
  },
  { special: { Unpack: { zeros: false } } },
);

test("empty parts", async () => {
  const nothing = { shape: [0, 2], dtype: "float32" as const, values: [] };
  const something = { shape: [1, 2], dtype: "float32" as const, values: [1, 2] };
  await expectAgreement((a, b) => [tf.concat([a, b]), tf.concat([b, a, b]), tf.concat([a, a])], [nothing, something]);
});

test("equal parts of all types", async () => {
  await fc.assert(
    fc.asyncProperty(elements([4, 2]), async (x) =>
      expectAgreement((y) => [...tf.split(y, 2), ...tf.unstack(y, 1)], [x]),
    ),
    { numRuns: sweep(6), seed: 1 },
  );
});
