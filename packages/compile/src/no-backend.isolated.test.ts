import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { compileFunction } from "./compile-function";
import { nodeRuntime } from "./onnx/runtime";

// These tests stand alone because nothing here may load a TensorFlow.js backend.
test("compiling needs no TensorFlow.js backend and leaves none behind", async () => {
  const { runtime } = await nodeRuntime();
  expect(() => tf.backend()).toThrow("No backend found");
  const double = await compileFunction<tf.Tensor, tf.Tensor>(
    (x) => tf.mul(x, 2),
    { shape: [2], dtype: "float32" },
    { runtime: runtime!, threads: 1 },
  );
  expect(await double.run(Float32Array.of(1, 3))).toEqual(Float32Array.of(2, 6));
  await double.release();

  expect(() => tf.backend()).toThrow("No backend found");
  await import("@tensorflow/tfjs-backend-cpu");
  expect([...tf.mul(tf.tensor1d([1, 3]), 2).dataSync()]).toEqual([2, 6]); // started when it is first needed
  expect(tf.getBackend()).toBe("cpu");
});

test("a registered backend that has not started yet stays that way", async () => {
  const { runtime } = await nodeRuntime();
  tf.removeBackend("cpu");
  tf.registerBackend("later", () => Promise.reject(new Error("not in this test")));
  const double = await compileFunction<tf.Tensor, tf.Tensor>(
    (x) => tf.mul(x, 2),
    { shape: [1], dtype: "float32" },
    { runtime: runtime!, threads: 1 },
  );
  expect(await double.run(Float32Array.of(4))).toEqual(Float32Array.of(8));
  await double.release();
  expect(tf.engine().backendName ?? undefined).toBeUndefined();
});
