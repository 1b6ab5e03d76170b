import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect } from "vitest";
import { compileFunction } from "../compile-function";
import { nodeRuntime } from "../onnx/runtime";
import { type Sample, type Tested, tensorOf } from "./agree";

/** Floats that kernels may treat in a way of their own: NaN, infinities, both zeros, denormals, and some that make ties. */
export const specialFloats: readonly number[] = [
  ...[Number.NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 1.2e-38, -1.2e-38, 1, -1, 0.5, 2, 3],
].map(Math.fround);

/** Integers at which kernels may differ, without overflow. */
const specialIntegers: readonly number[] = [-1, 0, 1, 2, -4, 1000, -1000];

/** Integers in and out of the range of small indices, from both ends. */
export const specialIndices: readonly number[] = [-1, 0, 1, 2, 3, 4, 5, -4, 1000, 2 ** 31 - 1, -(2 ** 31)];

/** Samples of the same shapes and types, with special values in place of some, or all, of the values. */
export const sprinkled = (
  samples: readonly Sample[],
  { floats = specialFloats, integers = specialIntegers } = {},
): fc.Arbitrary<readonly Sample[]> =>
  fc
    .tuple(
      ...samples.map((sample) => sprinkle(sample, { float32: floats, int32: integers, bool: [0, 1] }[sample.dtype])),
    )
    .map((all) => all as readonly Sample[]);

function sprinkle(sample: Sample, specials: readonly number[]): fc.Arbitrary<Sample> {
  const length = { minLength: sample.values.length, maxLength: sample.values.length };
  const few = { weight: sample.dtype === "float32" ? 2 : 12, arbitrary: fc.constant(undefined) };
  const special = { weight: 1, arbitrary: fc.constantFrom(...specials) };
  const drawn =
    sample.dtype === "float32" ? fc.oneof(fc.oneof(few, special), special.arbitrary) : fc.oneof(few, special);
  return fc
    .array(drawn, length)
    .map((drawn) => ({ ...sample, values: sample.values.map((value, i) => drawn[i] ?? value) }));
}

/** Rule for special values of a result. */
export interface SpecialRule {
  /**
   * - "same": NaN, ∞ and −∞ stand where eager execution has them
   * - "spread": NaN may also stand in place of other values, if the arguments contain NaN or infinities
   * @default "same"
   */
  readonly notFinite?: "same" | "spread";
  /** Whether zeros have the same sign. @default true */
  readonly zeros?: boolean;
  /** Whether only the compiled function may refuse an index. @default false */
  readonly stricter?: boolean;
}

/**
 * Checks that a compiled function has the same value as TensorFlow.js's cpu backend for special values, or an error if
 * that has one. Other values may differ by 10⁻⁴ of themselves or 10⁻⁶.
 */
export async function expectSame(fn: Tested, samples: readonly Sample[], rule: SpecialRule = {}): Promise<void> {
  const { runtime } = await nodeRuntime();
  await tf.setBackend("cpu");
  const tensors = samples.map(tensorOf);
  const all = (inputs: readonly tf.Tensor[]) => [fn(...inputs)].flat();
  try {
    const eager = outcomeOf(() => tf.tidy(() => all(tensors).map((tensor) => tensor.dataSync().slice())));
    // A fault of TensorFlow.js's own that has nothing to do with the values.
    if (/Negative size values/.test(`${eager.error}`)) return;
    const compiled = await compileFunction<readonly tf.Tensor[], readonly tf.Tensor[], "any">(all, tensors, {
      dtype: "any",
      runtime: runtime!,
      threads: 1,
    });
    const results = await compiled.run(tensors.map((tensor) => tensor.dataSync().slice())).then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error }),
    );
    await compiled.release();
    if (eager.error || (rule.stricter && results.error)) {
      expect(String(results.error)).toMatch(/^RangeError: (gather|gatherND|scatter): an index must be/);
      return;
    }
    expect(results.error).toBeUndefined();
    const mayHaveNaN = rule.notFinite === "spread" && samples.some(({ values }) => !values.every(Number.isFinite));
    for (const [i, expected] of eager.value!.entries())
      for (const [j, e] of expected.entries()) {
        const a = results.value![i]![j]!;
        if (!agree(a, e, rule.zeros ?? true) && !(mayHaveNaN && Number.isNaN(a)))
          throw new Error(
            `result ${i}, element ${j}: the compiled function gives ${text(a)}, the eager one ${text(e)}`,
          );
      }
  } finally {
    tf.dispose(tensors);
  }
}

const text = (x: number) => (Object.is(x, -0) ? "-0" : String(x));

function agree(actual: number, expected: number, signedZeros: boolean): boolean {
  if (!Number.isFinite(expected)) return Object.is(actual, expected);
  if (actual === 0 && expected === 0) return !signedZeros || Object.is(actual, expected);
  return Math.abs(actual - expected) <= 1e-4 * Math.abs(expected) + 1e-6;
}

function outcomeOf<T>(body: () => T): { readonly value?: T; readonly error?: unknown } {
  try {
    return { value: body() };
  } catch (error) {
    return { error };
  }
}
