import type { Matrix } from "@weightcast/dictionary";
import type { AxisTransform } from "./axis-transform";

/** The atoms of one axis in float64, one after the other: the transform of the identity. */
export interface Columns {
  readonly length: number;
  readonly size: number;
  /** [size, length] */
  readonly data: Float64Array;
}

export function columnsOf({ length, size, decompose }: AxisTransform): Columns {
  const identity = new Float64Array(length * length);
  for (let i = 0; i < length; i++) identity[i * length + i] = 1;
  return { length, size, data: decompose(identity, length) };
}

/** The atoms of one axis as a factor, [length, size]. */
export function toMatrix({ length, size, data }: Columns): Matrix {
  const entry = (_: unknown, k: number) => data[(k % size) * length + Math.floor(k / size)]!;
  return { rows: length, cols: size, data: Float32Array.from({ length: length * size }, entry) };
}

/** A column of the Kronecker product of the axes. */
export function productColumn(axes: readonly Columns[], index: number): Float64Array {
  let product = Float64Array.of(1);
  let rest = index;
  for (const { length, size, data } of axes.toReversed()) {
    const begin = (rest % size) * length;
    rest = Math.floor(rest / size);
    const block = product.length;
    const next = new Float64Array(length * block);
    for (let i = 0; i < next.length; i++) next[i] = data[begin + Math.floor(i / block)]! * product[i % block]!;
    product = next;
  }
  return product;
}
