import type { Matrix } from "@weightcast/types";

/** U Uᵀ, [rows · rows]: the projection onto the span of orthonormal atoms. */
export function projection({ rows, cols, data }: Matrix): number[] {
  return Array.from({ length: rows * rows }, (_, at) => {
    const [i, j] = [Math.floor(at / rows), at % rows];
    let sum = 0;
    for (let k = 0; k < cols; k++) sum += data[i * cols + k]! * data[j * cols + k]!;
    return sum;
  });
}

/** Largest difference of two lists; Infinity if their lengths differ. */
export const furthest = (actual: ArrayLike<number>, expected: ArrayLike<number>): number =>
  actual.length === expected.length
    ? Array.from(expected).reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0)
    : Number.POSITIVE_INFINITY;

/** Share of the energy of filters, the columns of F, that orthonormal atoms lose: 1 − ‖UᵀF‖² / ‖F‖². */
export function lost(u: Matrix, f: Matrix): number {
  let held = 0;
  for (let a = 0; a < u.cols; a++)
    for (let j = 0; j < f.cols; j++) {
      let sum = 0;
      for (let i = 0; i < f.rows; i++) sum += u.data[i * u.cols + a]! * f.data[i * f.cols + j]!;
      held += sum * sum;
    }
  return 1 - held / f.data.reduce((sum, value) => sum + value * value, 0);
}
