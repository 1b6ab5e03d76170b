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

/**
 * Fingerprint of a matrix: its shape, its Frobenius norm and 16 projections on fixed random sign matrices, rounded to nine
 * digits. If two matrices differ by E, every projection differs by about ‖E‖. So a comparison with a tolerance ignores how much
 * engines differ in a dictionary that uses `Math.exp` or `Math.cos` (about 1e-16, times the condition number of a kernel solve,
 * plus float32 rounding), but still notices if one typical entry changes by its own size: that is ‖U‖/√(rows·cols), which
 * exceeds the default tolerance for up to 10⁸ entries.
 */
export function fingerprint(matrix: Matrix): Fingerprint {
  const signs = stream(0, "fingerprint");
  const sums = new Float64Array(count);
  let square = 0;
  for (const value of matrix.data) {
    square += value * value;
    const bits = signs.uint32();
    for (let k = 0; k < count; k++) sums[k] = sums[k]! + ((bits >>> (31 - k)) & 1 ? value : -value);
  }
  const round = (value: number) => Number(value.toPrecision(9));
  return { rows: matrix.rows, cols: matrix.cols, norm: round(Math.sqrt(square)), projections: Array.from(sums, round) };
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
