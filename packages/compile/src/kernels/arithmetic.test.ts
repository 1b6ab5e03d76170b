import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { test } from "vitest";
import { expectAgreement, type Sample, type Tested } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import {
  booleans,
  broadcastShapes,
  floats,
  integers,
  nonZeroFloats,
  numbers,
  shapes,
  vector,
} from "../testing/samples";
import { expectSame } from "../testing/special";
import { arithmetic } from "./arithmetic";

type Of = (shape: readonly number[]) => fc.Arbitrary<Sample>;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const two = (fn: Binary, left: Of, right: Of, options = {}) =>
  calls(
    fn,
    broadcastShapes(2).chain(([a, b]) => fc.tuple(left(a!), right(b!))),
    options,
  );
/** Operands of the same type or of two types, which TensorFlow.js converts to one. */
const anyTwo = (fn: Binary) => two(fn, numbers, numbers);
/** Calls whose gradients are compared only if nothing is broadcast: otherwise TensorFlow.js has none, or wrong ones. */
const withoutBroadcast = (fn: Binary) =>
  anyTwo(fn).map((call) => ({ ...call, gradients: `${call.samples[0]!.shape}` === `${call.samples[1]!.shape}` }));
/** Multiples of 1/16, which are far enough from each other's multiples for float32. */
const sixteenths =
  (of: Of): Of =>
  (shape) =>
    of(shape).map((sample) => ({ ...sample, values: sample.values.map((value) => Math.round(value * 16) / 16) }));
const nonZeroIntegers: Of = (shape) =>
  integers(shape).map((sample) => ({ ...sample, values: sample.values.map((value) => value || 7) }));
/** Values without −0: the angles of −0 and 0 differ by 2π. */
const unsigned =
  (of: Of): Of =>
  (shape) =>
    of(shape).map((sample) => ({ ...sample, values: sample.values.map((value) => value + 0) }));

testKernels(
  arithmetic,
  {
    Add: anyTwo(tf.add),
    AddN: calls(
      (...tensors) => tf.addN(tensors),
      fc
        .tuple(shapes(), fc.integer({ min: 2, max: 4 }))
        .chain(([shape, count]) => fc.tuple(...new Array<fc.Arbitrary<Sample>>(count).fill(floats(shape)))),
    ),
    Atan2: two(tf.atan2, unsigned(floats), unsigned(nonZeroFloats)),
    BitwiseAnd: two(
      tf.bitwiseAnd,
      (shape) => integers(shape),
      (shape) => integers(shape),
      { gradients: false },
    ).filter(
      // TensorFlow.js requires equal shapes.
      ({ samples: [a, b] }) => `${a!.shape}` === `${b!.shape}`,
    ),
    FloorDiv: fc.oneof(
      two(tf.floorDiv, integers, integers),
      two(tf.floorDiv, integers, nonZeroIntegers),
      two(tf.floorDiv, sixteenths(floats), sixteenths(nonZeroFloats), { gradients: false }),
    ),
    Maximum: withoutBroadcast(tf.maximum),
    Minimum: withoutBroadcast(tf.minimum),
    Mod: fc.oneof(two(tf.mod, integers, integers), two(tf.mod, sixteenths(floats), sixteenths(nonZeroFloats))),
    Multiply: fc.oneof(anyTwo(tf.mul), two(tf.mul, booleans, booleans)),
    Pow: fc.oneof(
      two(tf.pow, (shape) => floats(shape, { min: 0.25 }), floats),
      two(tf.pow, integers, (shape) => integers(shape, { min: 0, max: 4 })),
    ),
    RealDiv: two(tf.div, floats, nonZeroFloats),
    SquaredDifference: withoutBroadcast(tf.squaredDifference),
    Sub: anyTwo(tf.sub),
  },
  { special: Object.fromEntries(["Atan2", "Maximum", "Minimum", "Mod"].map((kernel) => [kernel, { zeros: false }])) },
);

const special = [0, -0, 1, -1, 2.5, 1e-40, -1e-40, 3e9, Infinity, -Infinity, NaN];

test.each(
  Object.entries<Tested>({
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: tf.maximum,
    minimum: tf.minimum,
    mod: tf.mod,
    floorDiv: tf.floorDiv,
    pow: tf.pow,
    atan2: tf.atan2,
  }),
)("%s of all pairs of zeros, ±1, 2.5, denormals, 3e9, infinities and NaN", async (_, fn) => {
  const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));
  const samples = [0, 1].map((side) => vector(pairs.map((pair) => pair[side]!)));
  await expectSame(fn, samples, { zeros: fn !== tf.mod && fn !== tf.atan2 && fn !== tf.maximum && fn !== tf.minimum });
});

test("exact divisions leave no remainder, for any signs", async () => {
  const a = vector([6, -6, 6, -6, 0.3, -0.3, -1e-9, 1e-9]);
  const b = vector([3, 3, -3, -3, 0.1, 0.1, 3, -3]);
  await expectAgreement(tf.mod, [a, b]);
  await expectAgreement(tf.floorDiv, [a, b]);
});

test("integers divided by 0 give 0", async () => {
  const a = { shape: [3], dtype: "int32" as const, values: [-7, 0, 7] };
  const zeros = { ...a, values: [0, 0, 0] };
  await expectAgreement(tf.floorDiv, [a, zeros]);
  await expectAgreement(tf.mod, [a, zeros]);
  await expectAgreement(tf.floorDiv, [vector([-7, 0, 7]), vector([0, 0, 0])]);
});
