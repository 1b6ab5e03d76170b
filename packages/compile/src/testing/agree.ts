import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // every gradient, and the methods of tensors
import { expect } from "vitest";
import { compileFunction } from "../compile-function";
import { nodeRuntime } from "../onnx/runtime";

/** Tensor of a test. */
export interface Sample {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: readonly number[];
}

/** Allowed difference: by default 1e-5 of the largest magnitude in the result. */
export interface Tolerance {
  readonly relative?: number;
  /** Smallest magnitude that the difference is taken relative to. @default 1e-30 */
  readonly atLeast?: number;
}

/** Function of tensors to compile and run. */
export type Tested = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

export const tensorOf = ({ values, shape, dtype }: Sample) => tf.tensor([...values], [...shape], dtype);

/** Function of tensors with a single result. */
export type TestedOnce = (...tensors: tf.Tensor[]) => tf.Tensor;

/** Checks that a compiled function computes the same as TensorFlow.js's cpu backend: shapes, types and numbers. */
export async function expectAgreement(fn: Tested, samples: readonly Sample[], tolerance: Tolerance = {}) {
  const runtime = (await nodeRuntime()).runtime!;
  await tf.setBackend("cpu");
  const tensors = samples.map(tensorOf);
  const all = (inputs: readonly tf.Tensor[]) => {
    const result = fn(...inputs);
    return Array.isArray(result) ? result : [result];
  };
  try {
    const expected = tf.tidy(() => all(tensors));
    const compiled = await compileFunction<readonly tf.Tensor[], readonly tf.Tensor[], "any">(all, tensors, {
      dtype: "any",
      runtime,
      threads: 1,
    });
    try {
      const results = await compiled.run(tensors.map((tensor) => tensor.dataSync().slice()));
      for (const [i, tensor] of expected.entries()) {
        const spec = compiled.outputs[i]!;
        expect({ shape: spec.shape, dtype: spec.dtype }).toEqual({ shape: tensor.shape, dtype: tensor.dtype });
        expectClose(results[i]!, tensor.dataSync(), tolerance);
      }
    } finally {
      await compiled.release();
      tf.dispose(expected);
    }
  } finally {
    tf.dispose(tensors);
  }
}

/** Checks the gradients of a function, as {@link gradientsOf} weights them. */
export const expectGradients = (fn: TestedOnce, samples: readonly Sample[], tolerance?: Tolerance) =>
  expectAgreement(gradientsOf(fn, samples), samples, tolerance);

/** Checks a function and its gradients. */
export async function expectBoth(fn: TestedOnce, samples: readonly Sample[], tolerance?: Tolerance) {
  await expectAgreement(fn, samples, tolerance);
  await expectGradients(fn, samples, tolerance);
}

/**
 * Gradients of Σ c·fn(…) with respect to every float32 sample, with fixed weights c that are all different, so that no
 * two mistakes cancel.
 */
export function gradientsOf(fn: TestedOnce, samples: readonly Sample[]): (...tensors: tf.Tensor[]) => tf.Tensor[] {
  const floats = samples.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : []));
  return (...tensors) =>
    tf.grads((...wanted) => {
      const inputs = tensors.map((tensor, i) => (floats.includes(i) ? wanted[floats.indexOf(i)]! : tensor));
      const y = fn(...inputs);
      const weights = tf.tensor(
        Float32Array.from({ length: y.size }, (_, i) => Math.sin(1 + i)),
        y.shape,
      );
      return tf.sum(tf.mul(y, weights));
    })(floats.map((i) => tensors[i]!));
}

/** Checks numbers against others, to a tolerance; NaN equals NaN. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 1e-5, atLeast = 1e-30 }: Tolerance,
): void {
  let scale = atLeast;
  for (let i = 0; i < expected.length; i++)
    if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    if (!(Math.abs(a - e) <= relative * scale))
      throw new Error(
        `element ${i}: the compiled function gives ${a}, the eager one ${e}; the tolerance is ${relative} of ${scale}`,
      );
  }
  expect(actual.length).toBe(expected.length);
}
