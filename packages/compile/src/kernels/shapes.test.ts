import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { elements, shapes as generated, vector } from "../testing/samples";
import { expectSame } from "../testing/special";
import { constants } from "./constants";
import { shapes } from "./shapes";

testKernels(shapes, {
  Cast: fc.constantFrom("float32" as const, "int32" as const, "bool" as const).chain((dtype) =>
    calls(
      (x) => tf.cast(x, dtype),
      generated().chain((shape) => elements(shape).map((x) => [x])),
      { gradients: dtype === "float32" },
    ),
  ),
  ExpandDims: generated().chain((shape) =>
    fc.integer({ min: -shape.length - 1, max: shape.length }).chain((axis) =>
      calls(
        (x) => tf.expandDims(x, axis),
        elements(shape).map((x) => [x]),
      ),
    ),
  ),
  Identity: calls(
    (x) => tf.clone(x),
    generated().chain((shape) => elements(shape).map((x) => [x])),
  ),
  Reshape: calls(
    (x) => tf.squeeze(tf.reshape(x, [1, x.size, 1])),
    generated({ minRank: 1 }).chain((shape) => elements(shape).map((x) => [x])),
  ),
  Transpose: generated({ maxRank: 5, size: 3 }).chain((shape) =>
    fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }).chain((perm) =>
      calls(
        (x) => tf.transpose(x, perm),
        elements(shape).map((x) => [x]),
      ),
    ),
  ),
});

// Kernels of constants, which may have no input at all.
testKernels(constants, {
  Fill: generated().chain((shape) =>
    fc
      .constantFrom(
        ...(["float32", "int32", "bool"] as const).map((dtype) =>
          calls(() => tf.fill([...shape], 1, dtype), fc.constant([])),
        ),
        calls(() => tf.fill([...shape], -2.5), fc.constant([])),
      )
      .chain((call) => call),
  ),
  LinSpace: fc
    .record({
      start: fc.integer({ min: -9, max: 9 }),
      stop: fc.integer({ min: -9, max: 9 }),
      num: fc.integer({ min: 1, max: 20 }),
    })
    .chain(({ start, stop, num }) => calls(() => tf.linspace(start, stop, num), fc.constant([]))),
  OnesLike: calls(
    (x) => tf.onesLike(x),
    generated().chain((shape) => elements(shape).map((x) => [x])),
    { gradients: false },
  ),
  Range: fc
    .record({
      start: fc.integer({ min: -9, max: 9 }),
      stop: fc.integer({ min: -9, max: 9 }),
      step: fc.constantFrom(1, 2, 0.3, -1, -2),
      dtype: fc.constantFrom("float32" as const, "int32" as const),
    })
    // Integers need an integral step; TensorFlow.js never stops, or counts wrongly, in the opposite direction.
    .filter(
      ({ start, stop, step, dtype }) =>
        (dtype === "float32" || Number.isInteger(step)) && (step === 1 || (stop - start) * step >= 0),
    )
    .chain(({ start, stop, step, dtype }) => calls(() => tf.range(start, stop, step, dtype), fc.constant([]))),
  ZerosLike: calls(
    (x) => tf.zerosLike(x),
    generated().chain((shape) => elements(shape).map((x) => [x])),
    { gradients: false },
  ),
});

test("floats that no int32 can hold become 0, as in JavaScript, and nonzero floats are true", async () => {
  const x = { shape: [8], dtype: "float32" as const, values: [NaN, Infinity, -Infinity, -2.9, 2.9, -0.5, 2e9, -2e9] };
  await expectAgreement((y) => [tf.cast(y, "int32"), tf.cast(y, "bool")], [x]);
});

test("casts to complex numbers are refused", async () => {
  const x = { shape: [1], dtype: "float32" as const, values: [1] };
  await expect(expectAgreement((y) => tf.real(tf.cast(y, "complex64")), [x])).rejects.toThrow(
    /kernel Cast to complex64/,
  );
});

test("floats as integers: truncated, modulo 2³², and 0 for NaN and infinities", async () => {
  const values = [
    -0.9,
    2 ** 31,
    -(2 ** 31) - 256,
    3e9,
    5e9,
    -7e12,
    2 ** 62,
    2 ** 63,
    1e20,
    -3e38,
    NaN,
    Infinity,
    -Infinity,
  ];
  await expectSame((x) => [tf.cast(x, "int32"), tf.cast(x, "bool")], [vector(values)]);
});
