import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Test numbers from a linear congruential generator, uniform on [-1, 1), exact in float32. */
export function numbers(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** Tensor of such test {@link numbers}. */
export const random = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);

/** Array with any number of axes; the entries are row-major. */
export interface Grid {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Entries of a tensor. */
export const gridOf = (x: tf.Tensor): Grid => ({ shape: x.shape, data: x.dataSync() });

/** Grid whose entry at a place is `at(place)`, in float64. */
export function grid(shape: readonly number[], at: (place: readonly number[]) => number): Grid {
  const size = tf.util.sizeFromShape([...shape]);
  const data = Array.from({ length: size }, (_, flat) => {
    const place: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    return at(place);
  });
  return { shape, data };
}

/** Entry at a place. Axes of length one and missing leading axes are broadcast. */
export function entry({ shape, data }: Grid, place: readonly number[]): number {
  let flat = 0;
  const skip = place.length - shape.length;
  for (let axis = 0; axis < shape.length; axis++)
    flat = flat * shape[axis]! + (shape[axis] === 1 ? 0 : place[axis + skip]!);
  return data[flat]!;
}

/** Sum of `count` terms, in float64. */
export function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** Expects a tensor to have a grid's shape, and its entries within `tolerance`; `NaN` never passes. */
export function expectClose(actual: tf.Tensor, expected: Grid, tolerance: number): void {
  expect(actual.shape).toEqual([...expected.shape]);
  const data = actual.dataSync();
  let worst = 0;
  for (let i = 0; i < data.length; i++) {
    const error = Math.abs(data[i]! - expected.data[i]!);
    if (!(error <= worst)) worst = error;
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Size in bytes of wasm's heap, which never shrinks; 0 on engines that do not expose theirs. */
export function heapBytes(): number {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8: Uint8Array } };
  return wasm ? wasm.HEAPU8.length : 0;
}
