import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectAgreement, expectGradients } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { floats, nonZeroFloats, numbers, shapes, vector } from "../testing/samples";
import { elementwise } from "./elementwise";

type Unary = (x: tf.Tensor) => tf.Tensor;

const within = (fn: Unary, min: number, max: number) =>
  calls(
    fn,
    shapes().chain((shape) => floats(shape, { min, max }).map((x) => [x])),
  );
const anywhere = (fn: Unary) => within(fn, -3, 3);
const ofNumbers = (fn: Unary) =>
  calls(
    fn,
    shapes().chain((shape) => numbers(shape).map((x) => [x])),
  );
const ofNonZero = (fn: Unary) =>
  calls(
    fn,
    shapes().chain((shape) => nonZeroFloats(shape).map((x) => [x])),
  );

testKernels(
  elementwise,
  {
    Abs: ofNumbers(tf.abs),
    Acos: within(tf.acos, -0.9, 0.9),
    Acosh: within(tf.acosh, 1.1, 5),
    Asin: within(tf.asin, -0.9, 0.9),
    Asinh: anywhere(tf.asinh),
    Atan: anywhere(tf.atan),
    Atanh: within(tf.atanh, -0.9, 0.9),
    Ceil: anywhere(tf.ceil),
    Cos: anywhere(tf.cos),
    Cosh: anywhere(tf.cosh),
    // Shifted away from 0, because TensorFlow.js's approximation is accurate to 1.5e-7.
    Erf: anywhere((x) => tf.add(tf.erf(x), 2)),
    Exp: anywhere(tf.exp),
    Expm1: anywhere(tf.expm1),
    Floor: anywhere(tf.floor),
    Log: within(tf.log, 0.1, 9),
    Log1p: within(tf.log1p, -0.9, 9),
    Neg: ofNumbers(tf.neg),
    Reciprocal: ofNonZero(tf.reciprocal),
    Round: ofNumbers(tf.round),
    Rsqrt: within(tf.rsqrt, 0.1, 9),
    Sign: ofNumbers(tf.sign),
    Sin: anywhere(tf.sin),
    Sinh: anywhere(tf.sinh),
    Sqrt: within(tf.sqrt, 0.1, 9),
    Square: ofNumbers(tf.square),
    Tan: within(tf.tan, -1.4, 1.4),
    Tanh: anywhere(tf.tanh),
  },
  { special: { Expm1: { zeros: false }, Log1p: { zeros: false } } },
);

test.each(
  Object.entries({
    ...{ abs: tf.abs, acos: tf.acos, acosh: tf.acosh, asin: tf.asin, asinh: tf.asinh, atan: tf.atan, atanh: tf.atanh },
    ...{ ceil: tf.ceil, cos: tf.cos, cosh: tf.cosh, erf: tf.erf, exp: tf.exp, expm1: tf.expm1, floor: tf.floor },
    ...{ log: tf.log, log1p: tf.log1p, neg: tf.neg, reciprocal: tf.reciprocal, rsqrt: tf.rsqrt },
    ...{ sign: tf.sign, sin: tf.sin, sinh: tf.sinh, sqrt: tf.sqrt, square: tf.square, tan: tf.tan, tanh: tf.tanh },
  }),
)("%s at 0, ±1, infinity and NaN", async (_, fn) => {
  await expectAgreement(fn as Unary, [vector([0, 1, -1, Infinity, -Infinity, NaN])]);
});

test("halves are rounded to even", async () => {
  await expectAgreement(tf.round, [vector([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999997, Infinity, NaN])]);
});

test("expm1 and log1p keep their precision near 0", async () => {
  for (const fn of [tf.expm1, tf.log1p])
    for (const magnitude of [1e-7, 1e-4, 0.01, 0.4, 0.6])
      await expectAgreement(fn, [vector([magnitude])], { relative: 1e-6 });
  await expectGradients(tf.expm1, [vector([1e-7])], { relative: 1e-6 });
});

test("functions of integers are computed in float32 and truncated", async () => {
  const x = { shape: [4], dtype: "int32" as const, values: [1, 2, 3, 7] };
  await expectAgreement(tf.reciprocal, [x]);
  await expectAgreement(tf.expm1, [x]);
});

test("functions of booleans are refused", async () => {
  const x = { shape: [2], dtype: "bool" as const, values: [0, 1] };
  await expect(expectAgreement(tf.exp, [x])).rejects.toThrow(/kernel Exp of booleans cannot be part/);
});
