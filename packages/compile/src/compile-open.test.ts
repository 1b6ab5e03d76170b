import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { compileFunction } from "./compile-function";
import { nodeRuntime, type Runtime } from "./onnx/runtime";

let runtime: Runtime;
beforeAll(async () => {
  runtime = (await nodeRuntime()).runtime!;
  await tf.setBackend("cpu");
});

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(1 + i));

test("any batch size: the same bits as a graph of that size, which is made once", async () => {
  const model = sequential({
    layers: [
      layers.lstm({ inputShape: [3, 2], units: 4, recurrentInitializer: "glorotNormal" }),
      layers.dense({ units: 2 }),
    ],
  });
  const predict = (x: tf.Tensor) => model.apply(x) as tf.Tensor;
  const open = await compileFunction(predict, { shape: [null, 3, 2], dtype: "float32" }, { runtime });
  expect(open.outputs).toEqual({ shape: [null, 2], dtype: "float32" });
  const models = new Map<number, Uint8Array>();
  for (const size of [1, 5, 32, 5, 1]) {
    const batch = numbers(size * 6);
    const fixed = await compileFunction(predict, { shape: [size, 3, 2], dtype: "float32" }, { runtime });
    const expected = await fixed.run(batch);
    await fixed.release();
    expect(await open.run(batch)).toEqual(expected);
    const known = models.get(size);
    if (known) expect(open.model).toBe(known);
    models.set(size, open.model);
  }
  await open.release();
  model.dispose();
});

test("several inputs: those with a free length share it, the others keep their shapes", async () => {
  const open = await compileFunction(
    ({ x, w, y }) => ({ sum: tf.add(tf.matMul(x, w), y), weights: tf.neg(w) }),
    {
      x: { shape: [null, 3], dtype: "float32" },
      w: { shape: [3, 2], dtype: "float32" },
      y: { shape: [null, 2], dtype: "float32" },
    },
    { runtime },
  );
  expect(open.model.length).toBeGreaterThan(0);
  expect(open.outputs).toEqual({
    sum: { shape: [null, 2], dtype: "float32" },
    weights: { shape: [3, 2], dtype: "float32" },
  });
  const w = Float32Array.of(1, 0, 0, 1, 1, 1);
  const { sum, weights } = await open.run({ x: Float32Array.of(1, 2, 3), w, y: Float32Array.of(10, 20) });
  expect([...sum]).toEqual([14, 25]);
  expect([...weights]).toEqual([-1, -0, -0, -1, -1, -1]);
  await expect(open.run({ x: numbers(6), w, y: numbers(2) })).rejects.toThrow(
    "run: every input must have the same number of examples, at least one; got 6 elements for [null,3], 2 elements for [null,2]",
  );
  await expect(open.run({ x: numbers(0), w, y: numbers(0) })).rejects.toThrow(RangeError);
  await open.release();
});

test("null elsewhere, and samples to prepare, are refused", async () => {
  const fn = (x: tf.Tensor) => tf.neg(x);
  await expect(compileFunction(fn, { shape: [2, null], dtype: "float32" }, { runtime })).rejects.toThrow(
    "compileFunction: only the first length of a shape may be null; got [2,null]",
  );
  await expect(
    compileFunction(
      ({ x }) => tf.neg(x),
      { x: { shape: [null, 2], dtype: "float32" } },
      { runtime, samples: { input: "x" } },
    ),
  ).rejects.toThrow("samples are prepared for one batch size only");
});
