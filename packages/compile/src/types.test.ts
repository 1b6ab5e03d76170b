import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, expectTypeOf, test } from "vitest";
import { compileFunction } from "./compile-function";
import { compileStep } from "./compile-step";
import { nodeRuntime, type Runtime } from "./onnx/runtime";

let runtime: Runtime;
beforeAll(async () => {
  runtime = (await nodeRuntime()).runtime!;
  await tf.setBackend("cpu");
});

const x = Float32Array.of(3, 1, 2);

test("the argument's types follow from the specs, the results' from the function", async () => {
  const fn = await compileFunction(
    (one) => {
      expectTypeOf(one).toEqualTypeOf<tf.Tensor2D>();
      return [tf.neg(one), { sum: tf.sum(one) }] as const;
    },
    { shape: [1, 3], dtype: "float32" },
    { runtime },
  );
  const result = await fn.run(x);
  expectTypeOf(result).toEqualTypeOf<readonly [Float32Array, { readonly sum: Float32Array }]>();
  expect(result).toEqual([Float32Array.of(-3, -1, -2), { sum: Float32Array.of(6) }]);
  await fn.release();
});

test("other types are said, and checked", async () => {
  const order = (one: tf.Tensor) => tf.topk(one, 2);
  const spec = { shape: [3], dtype: "float32" } as const;
  const top = await compileFunction(order, spec, { runtime, dtype: { indices: "int32" } });
  const result = await top.run(x);
  expectTypeOf(result.indices).toEqualTypeOf<Int32Array>();
  expectTypeOf(result.values).toEqualTypeOf<Float32Array>();
  expect(result).toEqual({ values: Float32Array.of(3, 2), indices: Int32Array.of(0, 2) });
  await top.release();
  const any = await compileFunction((one) => tf.greater(one, 1), spec, { runtime, dtype: "any" });
  expectTypeOf(await any.run(x)).toEqualTypeOf<Float32Array | Int32Array | Uint8Array>();
  await any.release();
  await expect(compileFunction((one) => tf.argMax(one), spec, { runtime })).rejects.toThrow(
    'compileFunction: the result is int32, but the option dtype says float32; pass dtype: "int32"',
  );
  await expect(compileFunction(order, spec, { runtime, dtype: { values: "int32" } })).rejects.toThrow(
    'compileFunction: the result values is float32, but the option dtype says int32; pass dtype: "float32"',
  );
  const wrong = { shape: [3], dtype: "float" } as const;
  // @ts-expect-error: not a type
  await expect(compileFunction((one: tf.Tensor) => one, wrong, { runtime })).rejects.toThrow(
    "trace: tensors must be float32, int32 or bool; got float",
  );
});

test("explicit types of tensors", async () => {
  const fn = await compileFunction<{ a: tf.Tensor }, tf.Tensor>(
    ({ a }) => tf.neg(a),
    { a: { shape: [3], dtype: "float32" } },
    { runtime },
  );
  const result = await fn.run({ a: x });
  expectTypeOf(result).toEqualTypeOf<Float32Array>();
  expect(result).toEqual(Float32Array.of(-3, -1, -2));
  await fn.release();
});

test("a step's state and inputs", async () => {
  const step = await compileStep(
    ({ w }, { rate }) => {
      expectTypeOf(w).toEqualTypeOf<tf.Tensor1D>();
      expectTypeOf(rate).toEqualTypeOf<tf.Scalar>();
      return { state: { w: tf.mul(w, rate) }, outputs: { count: tf.argMax(w), sum: tf.sum(w) } };
    },
    { state: { w: { shape: [3], dtype: "float32" } }, inputs: { rate: { shape: [], dtype: "float32" } } },
    { runtime, dtype: { count: "int32" } },
  );
  step.load({ w: x });
  const result = await step.run({ rate: Float32Array.of(2) });
  expectTypeOf(result).toEqualTypeOf<{ readonly count: Int32Array; readonly sum: Float32Array }>();
  expect(result).toEqual({ count: Int32Array.of(0), sum: Float32Array.of(6) });
  expect(await step.state()).toEqual({ w: Float32Array.of(6, 2, 4) });
  await step.release();
});
