import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Blocks } from "./blocks";

/** Directions, by descending energy. */
export interface Directions {
  /** Vectors, [rows] each, of any length but 0. */
  readonly vectors: readonly Float64Array[];
  /** Share of the energy along each, positive; together 1. */
  readonly shares: readonly number[];
}

/** Energy, as a share of the largest, that is rounding error. */
const rounding = 1e-12;

/**
 * Directions of most energy of the filters of many layers: eigenvectors of the mean of F_ℓ F_ℓᵀ / ‖F_ℓ‖², or of the Gram matrix of all
 * filters if there are fewer filters than entries. Layers of zeros do not count; without any other, there is no direction.
 * @param moments second moments S of the inputs, [rows, rows]: the energy of a filter f is then fᵀ S f in place of fᵀ f
 */
export function principalDirections(layers: readonly Blocks[], moments?: Float64Array): Directions {
  const { rows } = layers[0]!;
  const filters = layers.reduce((sum, { cols, count }) => sum + cols * count, 0);
  if (filters < rows && !moments) return ofGram(layers);
  if (!moments) return eigenvectors(meanProducts(layers));
  const s = Matrix.from1DArray(rows, rows, moments);
  return ofMoments(meanProducts(layers, s), s);
}

/** Mean of F Fᵀ over the layers, each divided by its energy, tr(FᵀS F). Layers of zeros do not count; zero, if there is no other. */
export function meanProducts(layers: readonly Blocks[], s = Matrix.eye(layers[0]!.rows)): Matrix {
  const sum = Matrix.zeros(s.rows, s.rows);
  let counted = 0;
  for (const layer of layers) {
    const products = productsOf(layer);
    const energy = Matrix.mul(products, s).sum();
    if (!(energy > 0)) continue;
    sum.add(products.div(energy));
    counted++;
  }
  return counted > 0 ? sum.div(counted) : sum;
}

/** F Fᵀ. */
function productsOf({ rows, cols, count, data }: Blocks): Matrix {
  const sum = Matrix.zeros(rows, rows);
  for (let block = 0; block < count; block++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j <= i; j++) {
        const [a, b] = [(block * rows + i) * cols, (block * rows + j) * cols];
        let product = 0;
        for (let k = 0; k < cols; k++) product += data[a + k]! * data[b + k]!;
        sum.set(i, j, sum.get(i, j) + product);
        sum.set(j, i, sum.get(i, j));
      }
  return sum;
}

/**
 * With S = E Λ Eᵀ: eigenvectors q of Λ^½ Eᵀ M E Λ^½, as the directions E Λ^−½ q. What the inputs never contain has no energy, and no
 * direction.
 */
function ofMoments(mean: Matrix, s: Matrix): Directions {
  const { vectors: e, values } = decomposed(s);
  const root = scaledColumns(e, values.map(Math.sqrt));
  const { vectors, shares } = eigenvectors(root.transpose().mmul(mean).mmul(root));
  const back = scaledColumns(
    e,
    values.map((value) => 1 / Math.sqrt(value)),
  );
  return { shares, vectors: vectors.map((vector) => product(back, vector)) };
}

/** Eigenvectors of F Fᵀ as F q, for the eigenvectors q of FᵀF, which has the same eigenvalues. */
function ofGram(layers: readonly Blocks[]): Directions {
  const columns = layers.flatMap(unitColumns);
  if (columns.length === 0) return { vectors: [], shares: [] };
  const f = new Matrix(columns).transpose();
  const { vectors, shares } = eigenvectors(f.transpose().mmul(f));
  return { shares, vectors: vectors.map((vector) => product(f, vector)) };
}

/** Filters of a layer, divided by their norm as a matrix; none if they are zero. */
function unitColumns({ rows, cols, count, data }: Blocks): number[][] {
  let energy = 0;
  for (let at = 0; at < data.length; at++) energy += data[at]! ** 2;
  if (energy === 0) return [];
  const scale = 1 / Math.sqrt(energy);
  return Array.from({ length: count * cols }, (_, filter) => {
    const at = Math.floor(filter / cols) * rows * cols + (filter % cols);
    return Array.from({ length: rows }, (_, i) => scale * data[at + i * cols]!);
  });
}

/** Eigenvectors of a positive semidefinite matrix, with the shares of its trace. */
function eigenvectors(matrix: Matrix): Directions {
  const { vectors, values } = decomposed(matrix);
  const sum = values.reduce((total, value) => total + value, 0);
  return { vectors: vectors.map((vector) => Float64Array.from(vector)), shares: values.map((value) => value / sum) };
}

/** Eigenvectors whose eigenvalues are more than rounding error, by descending eigenvalue. */
function decomposed(matrix: Matrix): { readonly vectors: readonly number[][]; readonly values: readonly number[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const last = realEigenvalues.length - 1; // they ascend
  const largest = realEigenvalues[last]!;
  const count = largest > 0 ? realEigenvalues.filter((value) => value > rounding * largest).length : 0;
  return {
    vectors: Array.from({ length: count }, (_, k) => eigenvectorMatrix.getColumn(last - k)),
    values: Array.from({ length: count }, (_, k) => realEigenvalues[last - k]!),
  };
}

const scaledColumns = (columns: readonly number[][], scales: readonly number[]): Matrix =>
  new Matrix(columns.map((column, k) => column.map((value) => value * scales[k]!))).transpose();

const product = (matrix: Matrix, vector: ArrayLike<number>): Float64Array =>
  Float64Array.from(matrix.mmul(Matrix.columnVector(Array.from(vector))).to1DArray());
