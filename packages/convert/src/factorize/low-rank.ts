import type { Dictionary } from "@weightcast/dictionary";
import { lowRankFactors } from "../allocation/low-rank-factors";
import type { Site } from "./choice";

/**
 * Dictionary of a trained layer itself: an orthonormal basis of the left singular vectors of its weights, the largest first; with second moments C of
 * the inputs, of those of C^½ W, so that r atoms give the best outputs that any weights of rank r give. It is the truncated singular value
 * decomposition, and the dictionary to beat: its atoms are learned, so a file holds them, too.
 *
 *   min ‖C^½ (U V − W)‖ over U [n_v, r], V [r, n_h]
 *
 * The domain is [n_v] of a dense layer, [height, width, C] of a convolution, and the window of a depthwise one.
 */
export function lowRank({ layer, weights, inputs, secondMoments }: Site): Dictionary {
  const outputs = weights.length / inputs;
  const size = Math.min(inputs, outputs);
  const { u } = lowRankFactors(weights, inputs, secondMoments).at(size);
  const data = orthonormal(u, inputs);
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
        for (const [j, index] of indices.entries()) chosen[i * indices.length + j] = data[index]![i]!;
      return { rows: inputs, cols: indices.length, data: chosen };
    },
  };
}

/**
 * Orthonormal basis of the span of the first k columns, for every k, by the modified Gram–Schmidt process, twice. Columns in the span of
 * those before them become directions that are free.
 * @returns the vectors, each of as many numbers as the matrix has rows
 */
function orthonormal(span: Float64Array, rows: number): readonly Float64Array[] {
  const cols = span.length / rows;
  const basis: Float64Array[] = [];
  const project = (vector: Float64Array): Float64Array => {
    for (let twice = 0; twice < 2; twice++)
      for (const other of basis) {
        const along = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
      }
    return vector;
  };
  const columnOf = (k: number) => Float64Array.from({ length: rows }, (_, i) => span[i * cols + k]!);
  const scale = Math.sqrt(dot(columnOf(0), columnOf(0))) || 1;
  for (let k = 0; k < cols; k++) {
    let rest = project(columnOf(k));
    for (let free = 0; !(dot(rest, rest) > (1e-10 * scale) ** 2); free++) {
      rest = new Float64Array(rows);
      rest[free] = scale;
      rest = project(rest);
    }
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((value) => value / length));
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
