import { matrixProduct, transposed } from "@weightcast/dictionary";
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from "ml-matrix";
import { dependent } from "../atoms/basis";

/** Least-squares problem min tr((A X − B)ᵀ C (A X − B)) with A = U ⊗ I, in float64, everything row-major. */
export interface Problem {
  /** U: [rows, rank]. */
  readonly u: Float64Array;
  readonly rows: number;
  readonly rank: number;
  /** C', the channels that share U: I is [C', C'], rows of A are ordered (coordinate, channel), its columns (atom, channel). */
  readonly channels: number;
  /** B: [rows·C', outputs]. */
  readonly target: Float64Array;
  readonly outputs: number;
  /** C: [rows·C', rows·C'], symmetric and positive semidefinite. @default I */
  readonly moments?: ArrayLike<number> | undefined;
}

/** Solution of a {@link Problem}. */
export interface Solution {
  /** X: [rank·C', outputs]. */
  readonly x: Float64Array;
  /** tr((A X − B)ᵀ C (A X − B)). */
  readonly residual: number;
  /** tr(Bᵀ C B). */
  readonly total: number;
}

/** Steps of iterative refinement: each gains as many digits as the factorization has. */
const refinements = 2;

/**
 * Solves the normal equations Aᵀ C A X = Aᵀ C B in float64, with the columns of A scaled to equal length: by Cholesky,
 * refined with residuals of the original problem (Björck 1987, *Stability analysis of the method of seminormal equations*).
 * If an atom's part outside the span of those before it is below 1e-6 of its length, which float32 atoms can't resolve, by
 * the pseudo-inverse instead: directions below 1e-6 of the largest are left out, and of all remaining solutions X has the
 * least norm (in units of the scaled columns).
 */
export function leastSquares(problem: Problem): Solution {
  // Without C, channels are no different from outputs, which leaves a smaller system.
  if (!problem.moments && problem.channels > 1)
    return leastSquares({ ...problem, channels: 1, outputs: problem.outputs * problem.channels });
  const { target, outputs } = problem;
  const size = problem.rank * problem.channels;
  const inputs = problem.rows * problem.channels;
  const moments = problem.moments && Float64Array.from(problem.moments);
  const weighted = moments && adjoint(problem, moments, inputs); // Aᵀ C: [size, inputs]
  const gram = adjoint(problem, weighted ? transposed(weighted, size, inputs) : problem.u, size); // Aᵀ C A
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const square = gram[i * size + i]!;
    return square > 0 ? 1 / Math.sqrt(square) : 1;
  });
  const solve = solver(
    gram.map((value, i) => value * scale[Math.floor(i / size)]! * scale[i % size]!),
    size,
  );
  const scaled = (rows: Float64Array) => rows.map((value, i) => value * scale[Math.floor(i / outputs)]!);

  const x = new Float64Array(size * outputs);
  let rest = target; // B − A X
  for (let step = 0; step <= refinements; step++) {
    // Aᵀ C (B − A X)
    const gradient = weighted
      ? matrixProduct(weighted, rest, [size, inputs, outputs])
      : adjoint(problem, rest, outputs);
    const change = scaled(solve(scaled(gradient), outputs));
    for (let i = 0; i < x.length; i++) x[i] = x[i]! + change[i]!;
    const reached = forward(problem, x, outputs);
    rest = target.map((value, i) => value - reached[i]!);
  }
  const square = (b: Float64Array) => {
    const cb = moments ? matrixProduct(moments, b, [inputs, inputs, outputs]) : b;
    const sum = b.reduce((total, value, i) => total + value * cb[i]!, 0);
    return Math.max(0, sum); // rounding may leave it slightly below 0
  };
  return { x, residual: square(rest), total: square(target) };
}

/** Solver of G X = B for a symmetric, positive semidefinite G [size, size] with a diagonal of ones (zeros for columns of zeros). */
function solver(gram: Float64Array, size: number): (b: Float64Array, outputs: number) => Float64Array {
  const matrix = new Matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, gram[i * size + j]!);
      matrix.set(j, i, gram[i * size + j]!); // ml-matrix requires symmetry to the bit
    }
  const cholesky = new CholeskyDecomposition(matrix);
  // An atom's pivot is its part outside the span of the atoms before it. A NaN pivot compares as false.
  const independent = cholesky.lowerTriangularMatrix.diagonal().every((pivot) => pivot > dependent);
  const solve = independent ? (b: Matrix) => cholesky.solve(b) : pseudoInverse(matrix);
  return (b, outputs) => Float64Array.from(solve(Matrix.from1DArray(size, outputs, b)).to1DArray());
}

function pseudoInverse(matrix: Matrix): (b: Matrix) => Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues: values } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const least = dependent ** 2 * Math.max(...values);
  const inverses = values.map((value) => (value > least ? 1 / value : 0));
  return (b) => vectors.mmul(vectors.transpose().mmul(b).mulColumnVector(inverses));
}

type Shape = Pick<Problem, "u" | "rows" | "rank" | "channels">;

/** A X: [rows·C', outputs] of X [rank·C', outputs]. The rows (atom, channel) of X are rows (atom) of C'·outputs numbers. */
const forward = ({ u, rows, rank, channels }: Shape, x: Float64Array, outputs: number): Float64Array =>
  matrixProduct(u, x, [rows, rank, channels * outputs]);

/** Aᵀ B: [rank·C', outputs] of B [rows·C', outputs]. */
const adjoint = ({ u, rows, rank, channels }: Shape, b: Float64Array, outputs: number): Float64Array =>
  matrixProduct(transposed(u, rows, rank), b, [rank, rows, channels * outputs]);
