import { sizeOf } from "@weightcast/types";
import fc from "fast-check";
import type { Sample } from "./agree";

const array = <T>(element: fc.Arbitrary<T>, shape: readonly number[]) =>
  fc.array(element, { minLength: sizeOf(shape), maxLength: sizeOf(shape) });

/** Float32 values sin(i × factor). */
export const waves = (shape: readonly number[], factor: number): Sample => ({
  shape,
  dtype: "float32",
  values: Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * factor)),
});

/** Vector of the given float32 values. */
export const vector = (values: readonly number[]): Sample => ({ shape: [values.length], dtype: "float32", values });

/**
 * Smallest magnitude. Products of three are still numbers that float32 holds with all its digits; below those engines differ, and WebGL and
 * WebGPU may take 0 in their place.
 */
const smallest = 2 ** -40;

/** Float32 values in [min, max], including exact zeros and ones. */
export const floats = (shape: readonly number[], { min = -3, max = 3 } = {}): fc.Arbitrary<Sample> =>
  array(fc.float({ min: Math.fround(min), max: Math.fround(max), noNaN: true }), shape).map((values) => ({
    shape,
    dtype: "float32",
    values: values.map((value) => (Math.abs(value) < smallest ? 0 : value)),
  }));

/** Float32 values whose magnitude is in [min, max], to be used as divisors. */
export const nonZeroFloats = (shape: readonly number[], { min = 0.25, max = 3 } = {}): fc.Arbitrary<Sample> =>
  fc.tuple(floats(shape, { min, max }), array(fc.boolean(), shape)).map(([sample, negative]) => ({
    ...sample,
    values: sample.values.map((value, i) => (negative[i] ? -value : value)),
  }));

/** Integers in [min, max]. */
export const integers = (shape: readonly number[], { min = -5, max = 5 } = {}): fc.Arbitrary<Sample> =>
  array(fc.integer({ min, max }), shape).map((values) => ({ shape, dtype: "int32", values }));

/** Zeros and ones. */
export const booleans = (shape: readonly number[]): fc.Arbitrary<Sample> =>
  array(fc.integer({ min: 0, max: 1 }), shape).map((values) => ({ shape, dtype: "bool", values }));

/** Float32 or int32 values. */
export const numbers = (shape: readonly number[]): fc.Arbitrary<Sample> => fc.oneof(floats(shape), integers(shape));

/** Values of any type. */
export const elements = (shape: readonly number[]): fc.Arbitrary<Sample> =>
  fc.oneof(floats(shape), integers(shape), booleans(shape));

/** Shapes of the given ranks, with axes of 1 to `size`. */
export const shapes = ({ minRank = 0, maxRank = 4, size = 4 } = {}): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min: 1, max: size }), { minLength: minRank, maxLength: maxRank });

/** Lists of `count` shapes that can be broadcast with each other. */
export const broadcastShapes = (count: number): fc.Arbitrary<readonly (readonly number[])[]> =>
  shapes().chain((shape) =>
    fc.array(
      fc
        .record({ cut: fc.nat(shape.length), single: fc.array(fc.boolean(), { minLength: shape.length }) })
        .map(({ cut, single }) => shape.map((size, i) => (single[i] ? 1 : size)).slice(cut)),
      { minLength: count, maxLength: count },
    ),
  );

/** Axis of a shape, counted from either end. */
export const axisOf = (shape: readonly number[]): fc.Arbitrary<number> =>
  fc.integer({ min: -shape.length, max: shape.length - 1 });

/** Integer from 1 to `max`. */
export const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** Shapes of a few small images with up to four channels, and of a window that fits into them. */
export const windows = fc
  .record({ n: small(3), c: small(4), kernel: fc.tuple(small(4), small(4)), extra: fc.tuple(small(6), small(6)) })
  .map(({ n, c, kernel: [kh, kw], extra: [eh, ew] }) => ({ c, kh, kw, image: [n, kh + eh - 1, kw + ew - 1, c] }));
