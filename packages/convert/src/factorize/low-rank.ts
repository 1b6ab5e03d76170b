import type { Dictionary } from "@weightcast/dictionary";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Site } from "./choice";

/**
 * Dictionary of a trained layer itself: an orthonormal basis of the left singular vectors of its weights, the largest first; with second moments C of
 * the inputs, of those of C^½ W, so that r atoms give the best outputs that any weights of rank r give. It is the truncated singular value
 * decomposition, and the dictionary to beat: its atoms are learned, so a file holds them, too.
 *
 *   min ‖C^½ (U V − W)‖ over U [n_v, r], V [r, n_h]:  U = W P_r,  P_r the r leading eigenvectors of Wᵀ C W
 *
 * The domain is [n_v] of a dense layer, [height, width, C] of a convolution, and the window of a depthwise one.
 */
export function lowRank({ layer, weights, inputs, secondMoments }: Site): Dictionary {
  const outputs = weights.length / inputs;
  const w = matrix(weights, inputs, outputs);
  const size = Math.min(inputs, outputs);
  const cw = secondMoments ? matrix(secondMoments, inputs, inputs).mmul(w) : w;
  // The Gram matrix of the smaller side.
  const span =
    outputs <= inputs || secondMoments
      ? w.mmul(leading(w.transpose().mmul(cw), size))
      : leading(w.mmul(w.transpose()), size);
  const data = orthonormal(span);
  const domain =
    layer.className === "Dense" || layer.className === "DepthwiseConv2D" ? layer.domain : layer.kernel.slice(0, -1);
  return {
    contract: 1,
    name: "low-rank",
    domain: [...domain],
    size,
    options: {},
    traits: { orthonormal: true, independent: true, ordered: true, learned: true },
    atoms(indices) {
      const chosen = new Float32Array(inputs * indices.length);
      for (let i = 0; i < inputs; i++)
        for (const [j, index] of indices.entries()) chosen[i * indices.length + j] = data.get(i, index);
      return { rows: inputs, cols: indices.length, data: chosen };
    },
  };
}

const matrix = (data: Float64Array, rows: number, cols: number): Matrix =>
  Matrix.from1DArray(rows, cols, data as unknown as number[]);

/** Leading eigenvectors of a symmetric matrix, as columns, the largest eigenvalue first. */
function leading(symmetric: Matrix, count: number): Matrix {
  const { eigenvectorMatrix: vectors } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }); // ascending
  const last = symmetric.rows - 1;
  return new Matrix(
    Array.from({ length: symmetric.rows }, (_, i) => Array.from({ length: count }, (_, j) => vectors.get(i, last - j))),
  );
}

/**
 * Orthonormal basis of the span of the first k columns, for every k, by the modified Gram–Schmidt process, twice. Columns in the span of
 * those before them become directions that are free.
 */
function orthonormal(span: Matrix): Matrix {
  const basis = span.clone();
  const project = (column: number[], count: number): number[] => {
    let rest = column;
    for (let twice = 0; twice < 2; twice++)
      for (let k = 0; k < count; k++) {
        const other = basis.getColumn(k);
        const along = dot(rest, other);
        rest = rest.map((value, i) => value - along * other[i]!);
      }
    return rest;
  };
  const scale = Math.sqrt(dot(span.getColumn(0), span.getColumn(0)));
  for (let k = 0; k < basis.columns; k++) {
    let rest = project(basis.getColumn(k), k);
    for (let free = 0; norm(rest) < 1e-10 * scale || norm(rest) === 0; free++)
      rest = project(
        Array.from({ length: basis.rows }, (_, i) => (i === free ? scale || 1 : 0)),
        k,
      );
    const length = norm(rest);
    basis.setColumn(
      k,
      rest.map((value) => value / length),
    );
  }
  return basis;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
