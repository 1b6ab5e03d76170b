import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Weights as a product, at any rank. */
export interface LowRankFactors {
  /** Largest rank: the smaller side of W. */
  readonly size: number;
  /** Σ of the squares of C^½ W's singular values from k on, for k = 0 … size: what k atoms leave over. */
  readonly rest: readonly number[];
  /** U [inputs, rank] and V [rank, outputs], row-major. */
  at(rank: number): { readonly u: Float64Array; readonly v: Float64Array };
}

/**
 * Truncated singular value decomposition of weights, W ≈ U V, by the second moments C of their inputs where they are known: the best outputs
 * that any weights of a rank give.
 *
 *   min ‖C^½ (U V − W)‖ over U [n, r], V [r, m]
 *   m ≤ n:  U = W P, V = Pᵀ,               P the r leading eigenvectors of Wᵀ C W
 *   m > n:  U = R⁻ᵀ Q, V = Qᵀ Rᵀ W,  C = R Rᵀ,  Q those of Rᵀ W Wᵀ R
 *
 * @param weights W: [inputs, outputs]
 * @param secondMoments C: [inputs, inputs], positive definite @default the identity
 */
export function lowRankFactors(
  weights: Float64Array,
  inputs: number,
  secondMoments?: Float64Array | undefined,
): LowRankFactors {
  const outputs = weights.length / inputs;
  const w = matrix(weights, inputs, outputs);
  const size = Math.min(inputs, outputs);
  const c = secondMoments && matrix(secondMoments, inputs, inputs);
  if (outputs <= inputs) {
    const { values, vectors } = leading(w.transpose().mmul(c ? c.mmul(w) : w));
    return {
      size,
      rest: tails(values),
      at: (rank) => pair(w.mmul(first(vectors, rank)), first(vectors, rank).transpose()),
    };
  }
  const root = c ? rootOf(c) : { times: (x: Matrix) => x, inverse: (x: Matrix) => x };
  const rw = root.times(w);
  const { values, vectors } = leading(rw.mmul(rw.transpose()));
  return {
    size,
    rest: tails(values),
    at(rank) {
      const q = first(vectors, rank);
      return pair(root.inverse(q), q.transpose().mmul(rw));
    },
  };
}

/** R of C = R Rᵀ, R = E D^½ by C's eigenvectors: as x ↦ Rᵀ x and x ↦ R⁻ᵀ x. */
function rootOf(c: Matrix) {
  const { values, vectors } = leading(c);
  const floor = 1e-12 * Math.max(...values, Number.MIN_VALUE);
  const scales = values.map((value) => Math.sqrt(Math.max(value, floor)));
  return {
    times: (x: Matrix) => vectors.transpose().mmul(x).mulColumnVector(scales),
    inverse: (x: Matrix) => vectors.mmul(x.clone().divColumnVector(scales)),
  };
}

/** Eigenvectors of a symmetric matrix, as columns, and their eigenvalues, the largest first. */
function leading(matrix: Matrix): { readonly values: number[]; readonly vectors: Matrix } {
  const symmetric = matrix.clone();
  for (let i = 0; i < symmetric.rows; i++) for (let j = 0; j < i; j++) symmetric.set(i, j, symmetric.get(j, i)); // to the bit, for ml-matrix
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  }); // ascending
  const order = values.map((_, i) => values.length - 1 - i);
  return { values: values.toReversed(), vectors: vectors.subMatrixColumn(order) };
}

const first = (vectors: Matrix, count: number): Matrix => vectors.subMatrix(0, vectors.rows - 1, 0, count - 1);

/** Sums of the values from each on; those that are negative by rounding are 0. */
function tails(values: readonly number[]): number[] {
  const rest = [0];
  for (const value of values.toReversed()) rest.push(rest.at(-1)! + Math.max(value, 0));
  return rest.reverse();
}

const matrix = (data: Float64Array, rows: number, cols: number): Matrix =>
  Matrix.from1DArray(rows, cols, data as unknown as number[]);

const pair = (u: Matrix, v: Matrix) => ({ u: Float64Array.from(u.to1DArray()), v: Float64Array.from(v.to1DArray()) });
