import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";

/** Fingerprint of a matrix: its norm and 16 random projections, which distinguish two matrices but tolerate rounding. */
export interface Fingerprint {
  readonly rows: number;
  readonly cols: number;
  /** Frobenius norm. */
  readonly norm: number;
  /** p_k = Σ_ij s_kij U_ij with fixed random signs s, k = 0 … 15. */
  readonly projections: readonly number[];
}

const count = 16;

/** Entries whose signs are drawn at a time. */
const block = 1024;

/**
 * Fingerprint of a matrix: its shape, its Frobenius norm and 16 projections on fixed random sign matrices, rounded to nine
 * digits. If two matrices differ by E, every projection differs by about ‖E‖. So a comparison with a tolerance ignores how much
 * engines differ in a dictionary that uses `Math.exp` or `Math.cos` (about 1e-16, times the condition number of a kernel solve,
 * plus float32 rounding), but still notices if one typical entry changes by its own size: that is ‖U‖/√(rows·cols), which
 * exceeds the default tolerance for up to 10⁸ entries.
 */
export function fingerprint(matrix: Matrix): Fingerprint {
  const { uint32 } = stream(0, "fingerprint");
  const { data } = matrix;
  const sums = new Float64Array(count);
  const signed = new Float64Array(2 * block); // −value and value
  const bits = new Uint32Array(block);
  let square = 0;
  for (let start = 0; start < data.length; start += block) {
    const length = Math.min(block, data.length - start);
    for (let i = 0; i < length; i++) {
      const value = data[start + i]!;
      square += value * value;
      bits[i] = uint32();
      signed[2 * i] = -value;
      signed[2 * i + 1] = value;
    }
    for (let k = 0; k < count; k += 4) project(sums, k, signed, bits, length);
  }
  const round = (value: number) => Number(value.toPrecision(9));
  return { rows: matrix.rows, cols: matrix.cols, norm: round(Math.sqrt(square)), projections: Array.from(sums, round) };
}

/** Adds a block of entries, with their signs, to four projections, whose sums need not wait for each other; without a branch by sign. */
function project(sums: Float64Array, k: number, signed: Float64Array, bits: Uint32Array, length: number): void {
  let s0 = sums[k]!;
  let s1 = sums[k + 1]!;
  let s2 = sums[k + 2]!;
  let s3 = sums[k + 3]!;
  for (let i = 0; i < length; i++) {
    const four = bits[i]! >>> (28 - k);
    s0 += signed[2 * i + ((four >>> 3) & 1)]!;
    s1 += signed[2 * i + ((four >>> 2) & 1)]!;
    s2 += signed[2 * i + ((four >>> 1) & 1)]!;
    s3 += signed[2 * i + (four & 1)]!;
  }
  sums[k] = s0;
  sums[k + 1] = s1;
  sums[k + 2] = s2;
  sums[k + 3] = s3;
}

/**
 * Whether two fingerprints belong to the same matrix up to rounding: they have the same shape, and norm and projections
 * within `tolerance` × norm of each other.
 * @param tolerance relative to the Frobenius norm @default 1e-4
 */
export function sameFingerprint(a: Fingerprint, b: Fingerprint, tolerance = 1e-4): boolean {
  const slack = tolerance * Math.max(a.norm, b.norm);
  return (
    a.rows === b.rows &&
    a.cols === b.cols &&
    Math.abs(a.norm - b.norm) <= slack &&
    a.projections.length === b.projections.length &&
    a.projections.every((value, k) => Math.abs(value - b.projections[k]!) <= slack)
  );
}
