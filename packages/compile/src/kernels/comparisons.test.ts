import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import { sizeOf } from "@weightcast/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAgreement, type Sample } from "../testing/agree";
import { calls, testKernels } from "../testing/kernels";
import { booleans, broadcastShapes, elements, floats, integers, shapes } from "../testing/samples";
import { comparisons } from "./comparisons";

type Of = (shape: readonly number[]) => fc.Arbitrary<Sample>;

const two = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, of: Of) =>
  calls(
    fn,
    broadcastShapes(2).chain(([a, b]) => fc.tuple(of(a!), of(b!))),
    { gradients: false },
  );
/** Few different values, so that some of them are equal. */
const few: Of = (shape) =>
  fc.oneof(
    integers(shape, { min: -1, max: 1 }),
    integers(shape, { min: -1, max: 1 }).map((x) => ({ ...x, dtype: "float32" as const })),
    booleans(shape),
  );
const comparison = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => two(fn, few);

const special: Of = (shape) =>
  fc
    .array(fc.constantFrom(0, 1, -1, Infinity, -Infinity, NaN), { minLength: sizeOf(shape) })
    .map((values) => ({ shape, dtype: "float32", values: values.slice(0, sizeOf(shape)) }));
const floatTest = (fn: (x: tf.Tensor) => tf.Tensor) =>
  calls(
    fn,
    shapes().chain((shape) => fc.tuple(fc.oneof(special(shape), integers(shape)))),
    { gradients: false },
  );

testKernels(
  comparisons,
  {
    Equal: comparison(tf.equal),
    Greater: comparison(tf.greater),
    GreaterEqual: comparison(tf.greaterEqual),
    IsFinite: floatTest(tf.isFinite),
    IsInf: floatTest(tf.isInf),
    IsNan: floatTest(tf.isNaN),
    Less: comparison(tf.less),
    LessEqual: comparison(tf.lessEqual),
    LogicalAnd: two(tf.logicalAnd, booleans),
    LogicalNot: calls(
      (x) => tf.logicalNot(x),
      shapes().chain((shape) => fc.tuple(booleans(shape))),
      { gradients: false },
    ),
    LogicalOr: two(tf.logicalOr, booleans),
    NotEqual: comparison(tf.notEqual),
    Select: fc.oneof(
      calls(
        (condition, a, b) => tf.where(condition, a, b),
        shapes().chain((shape) => fc.tuple(booleans(shape), floats(shape), floats(shape))),
      ),
      calls(
        (condition, a, b) => tf.where(condition, a, b),
        broadcastShapes(3).chain(([c, a, b]) => fc.tuple(booleans(c!), elements(a!), elements(b!))),
        { gradients: false },
      ),
    ),
  },
  { special: { Select: { zeros: false } } },
);

test.each(Object.entries({ less: tf.less, greaterEqual: tf.greaterEqual, equal: tf.equal, notEqual: tf.notEqual }))(
  "%s of NaN and infinities",
  async (_, fn) => {
    await fc.assert(
      fc.asyncProperty(special([12]), special([12]), async (a, b) => expectAgreement(fn, [a, b])),
      { numRuns: sweep(4), seed: 1 },
    );
  },
);

test("exclusive or", async () => {
  await fc.assert(
    fc.asyncProperty(booleans([8]), booleans([8]), async (a, b) => expectAgreement(tf.logicalXor, [a, b])),
    { numRuns: sweep(4), seed: 1 },
  );
});

test("a vector of conditions selects rows", () => {
  const call = { condition: [2], t: [2, 3], e: [2, 3] };
  const value = (shape: readonly number[], type: "bool" | "float32") => ({ shape, type });
  const result = comparisons.Select!({
    inputs: { condition: value(call.condition, "bool"), t: value(call.t, "float32"), e: value(call.e, "float32") },
    attrs: {},
  });
  expect(result).toMatchObject({ shape: [2, 3], node: { op: "Where", inputs: [{ shape: [2, 1] }, {}, {}] } });
});
