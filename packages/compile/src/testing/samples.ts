import fc from "fast-check";
import type { Sample } from "./agree";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);

const array = <T>(element: fc.Arbitrary<T>, shape: readonly number[]) =>
  fc.array(element, { minLength: sizeOf(shape), maxLength: sizeOf(shape) });

/** Float32 values in [min, max], among them exact zeros and ones. */
export const floats = (shape: readonly number[], { min = -3, max = 3 } = {}): fc.Arbitrary<Sample> =>
  array(fc.float({ min: Math.fround(min), max: Math.fround(max), noNaN: true }), shape).map((values) => ({
    shape,
    dtype: "float32",
    values,
  }));

/** Integers in [min, max]. */
export const integers = (shape: readonly number[], { min = -5, max = 5 } = {}): fc.Arbitrary<Sample> =>
  array(fc.integer({ min, max }), shape).map((values) => ({ shape, dtype: "int32", values }));

/** Zeros and ones. */
export const booleans = (shape: readonly number[]): fc.Arbitrary<Sample> =>
  array(fc.integer({ min: 0, max: 1 }), shape).map((values) => ({ shape, dtype: "bool", values }));
