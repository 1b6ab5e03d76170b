import { levelsOf } from "../types";
import { type Grid, integerAt, scalePlaces } from "./grid";
import { fromBfloat, fromHalf, toBfloat, toHalf } from "./halves";

/** Codes of a weight on a grid: integers, indices of a codebook, or bits of floating-point numbers. */
export type Codes = Int8Array | Uint8Array | Uint16Array | Float32Array;

/** Codes of the grid's values nearest to a weight's. */
export function codesOf(values: Float32Array, shape: readonly number[], grid: Grid): Codes {
  if ("codebook" in grid) return Uint8Array.from(values, (value) => nearest(grid.codebook, value));
  if (!("scale" in grid))
    return grid.type === "float32"
      ? values
      : Uint16Array.from(values, grid.type === "float16" ? (value) => toHalf(value) : (value) => toBfloat(value));
  const levels = levelsOf(grid.type);
  const places = scalePlaces(shape, grid.scaleShape);
  return Int8Array.from(values, (value, i) => integerAt(value / grid.scale[places(i)]!, levels));
}

/** Values of a weight's codes. */
export function valuesOf(codes: Codes, shape: readonly number[], grid: Grid): Float32Array {
  if ("codebook" in grid) return Float32Array.from(codes, (code) => grid.codebook[code]!);
  if (!("scale" in grid))
    return grid.type === "float32"
      ? (codes as Float32Array)
      : Float32Array.from(codes, grid.type === "float16" ? fromHalf : fromBfloat);
  const places = scalePlaces(shape, grid.scaleShape);
  return Float32Array.from(codes, (code, i) => code * grid.scale[places(i)]!);
}

/** Index of the entry of an ascending codebook that is nearest to a value. */
function nearest(codebook: Float32Array, value: number): number {
  let [low, high] = [0, codebook.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (codebook[middle]! + codebook[middle + 1]!) / 2) low = middle + 1;
    else high = middle;
  }
  return low;
}
