import { CholeskyDecomposition, type Matrix } from "ml-matrix";

/** The Cholesky factor of a regularized kernel matrix. */
export interface Factor {
  /** The λ that was added to the diagonal, jitter included. */
  readonly ridge: number;
  /** Replaces B, [n, columns] row-major, by (K + λI)⁻¹ B. */
  readonly solve: (b: Float64Array, columns: number) => void;
}

/** Of the mean diagonal. A pivot below the floor is rounding error; more jitter than the last would change the result. */
const floor = 1e-12;
const jitters = [0, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6];

/**
 * Factorizes K + λI by Cholesky in float64. Where it is not positive definite to working precision, the smallest of
 * a fixed sequence of jitters, up to 1e-6 of the mean diagonal, is added to λ.
 * @param who the caller's name, for the message
 * @param gram K, [n, n], symmetric
 * @throws RangeError if no jitter helps: K is not a kernel's
 */
export function factorize(who: string, gram: Matrix, ridge: number): Factor {
  const n = gram.rows;
  const diagonal = gram.diagonal();
  const scale = diagonal.reduce((sum, value) => sum + value, 0) / n;
  for (const jitter of jitters) {
    const used = ridge + jitter * scale;
    const shifted = gram.clone();
    diagonal.forEach((value, i) => {
      shifted.set(i, i, value + used);
    });
    const lower = new CholeskyDecomposition(shifted).lowerTriangularMatrix;
    const least = floor * Math.max(scale + used, 0);
    if (lower.diagonal().every((pivot) => pivot ** 2 > least))
      // false of NaN
      return { ridge: used, solve: substitution(lower) };
  }
  throw new RangeError(
    `${who}: K + λI of ${n} atoms must be positive definite; with λ = ${ridge} it is not, nor with jitter up to 1e-6 of its mean diagonal, ${scale}; use a positive semidefinite kernel or a larger ridge`,
  );
}

/**
 * L Lᵀ X = B, a row at a time: three times faster than ml-matrix's own solve, which walks down columns
 * (196 atoms and 784 columns: 110 ms against 320 ms).
 */
function substitution(lower: Matrix): Factor["solve"] {
  const n = lower.rows;
  const l = Float64Array.from(lower.to1DArray());
  return (b, columns) => {
    const eliminate = (target: number, source: number, factor: number) => {
      for (let j = 0, t = target * columns, s = source * columns; j < columns; j++, t++, s++)
        b[t] = b[t]! - factor * b[s]!;
    };
    const divide = (row: number, pivot: number) => {
      for (let j = 0, t = row * columns; j < columns; j++, t++) b[t] = b[t]! / pivot;
    };
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) eliminate(i, k, l[i * n + k]!);
      divide(i, l[i * n + i]!);
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) eliminate(i, k, l[k * n + i]!);
      divide(i, l[i * n + i]!);
    }
  };
}
