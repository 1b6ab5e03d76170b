import type { Matrix } from "@weightcast/types";
import { EigenvalueDecomposition, Matrix as Square } from "ml-matrix";
import { checkInteger } from "../dataset";
import { moments } from "./covariance";

/** Affine map of examples, x ↦ (x − mean) · matrix. `whitening` recreates it from its two arrays. */
export interface Whitening {
  /** [inputs]. */
  readonly mean: Float32Array;
  /** [inputs, outputs]. */
  readonly matrix: Matrix;
  /**
   * Whitens examples: [count, inputs] to [count, outputs].
   * @throws RangeError if they have another width
   */
  apply(examples: Matrix): Matrix;
}

/** Whitening, and the variances of the samples it was fitted to. */
export interface FittedWhitening extends Whitening {
  /** [components]: variances along the kept principal directions, descending, before `epsilon` is added. */
  readonly variances: Float64Array;
}

/** Options of {@link fitWhitening}. */
export interface WhiteningOptions {
  /**
   * Coordinates of the outputs. "zca": those of the inputs, so that a whitened image still looks like one; of all
   * whitenings, this one changes examples least. "pca": the principal directions, those of the largest variance first.
   * @default "zca"
   */
  readonly kind?: "zca" | "pca";
  /**
   * Number added to every variance, in squared units of the samples: directions that vary much less stay small
   * instead of being amplified. For pixels in [0, 1], 0.01 to 0.1 suppresses noise; 0 whitens exactly.
   * @default 1e-6
   */
  readonly epsilon?: number;
  /** Number of principal directions to keep, those of the largest variance. @default all */
  readonly components?: number;
}

/**
 * Whitening fitted to samples: outputs have mean 0 and, as epsilon goes to 0, covariance I.
 *
 *   C = Σ (x − m)(x − m)ᵀ / count = V Λ Vᵀ,   "pca": V (Λ + εI)^−½,   "zca": V (Λ + εI)^−½ Vᵀ
 *
 * Computed in float64, in two passes over the samples. With "pca", the sign of each direction makes its largest entry
 * positive. The decomposition takes O(inputs³); measured times are 0.2 s for 192 inputs (patches of 8 × 8 × 3), 5 s
 * for 768 and 43 s for 1536, so images of 3072 values would take about six minutes. In addition, every example takes
 * O(inputs²).
 *
 * Bell & Sejnowski, *The "independent components" of natural scenes are edge filters*, 1997; Krizhevsky, *Learning
 * multiple layers of features from tiny images*, 2009, appendix A.
 *
 * @param samples function that yields the same matrices at every call, such as those of `samples` and `patches`
 * @throws RangeError if an option is out of range; if the samples are not finite, fewer than two or of several
 * widths; or if `epsilon` is 0 and they vary in fewer directions than are kept
 */
export function fitWhitening(samples: () => Iterable<Matrix>, options: WhiteningOptions = {}): FittedWhitening {
  const { kind = "zca", epsilon = 1e-6 } = options;
  if (kind !== "zca" && kind !== "pca")
    throw new RangeError(`fitWhitening: kind must be "zca" or "pca"; got ${JSON.stringify(kind)}`);
  if (!Number.isFinite(epsilon) || epsilon < 0)
    throw new RangeError(`fitWhitening: epsilon must be a finite number ≥ 0; got ${epsilon}`);
  const { count, mean, covariance } = moments("fitWhitening", samples);
  if (count < 2) throw new RangeError(`fitWhitening: samples must be at least two examples; got ${count}`);
  const inputs = mean.length;
  const { components = inputs } = options;
  checkInteger("fitWhitening: components", components, 1, inputs);

  const { directions, variances } = principal(covariance, inputs);
  const least = variances[0]! * Math.max(inputs, count) * Number.EPSILON;
  const rank = Math.min(count - 1, variances.filter((variance) => variance > least).length);
  if (epsilon === 0 && components > rank)
    throw new RangeError(
      `fitWhitening: epsilon must be positive, or components at most ${rank}, the directions in which the samples vary; ` +
        `got 0 and ${components}`,
    );
  const kept = variances.slice(0, components);
  const data = new Float32Array(inputs * (kind === "pca" ? components : inputs));
  const row = new Float64Array(kind === "pca" ? components : inputs);
  for (let i = 0; i < inputs; i++) {
    row.fill(0);
    for (let k = 0; k < components; k++) {
      const direction = directions[k]!;
      const scaled = direction[i]! / Math.sqrt(kept[k]! + epsilon);
      if (kind === "pca") row[k] = scaled;
      else for (let j = 0; j < inputs; j++) row[j] = row[j]! + scaled * direction[j]!;
    }
    data.set(row, i * row.length);
  }
  return {
    ...whitening(Float32Array.from(mean), { rows: inputs, cols: row.length, data }),
    variances: kept,
  };
}

/**
 * Whitening with the given arrays, for instance from a file.
 * @param mean [inputs]
 * @param matrix [inputs, outputs]
 * @throws RangeError if their sizes disagree
 */
export function whitening(mean: Float32Array, matrix: Matrix): Whitening {
  const { rows: inputs, cols: outputs, data: weights } = matrix;
  if (mean.length !== inputs || inputs < 1 || outputs < 1 || weights.length !== inputs * outputs)
    throw new RangeError(
      `whitening: mean must be [inputs] and matrix [inputs, outputs]; ` +
        `got [${mean.length}] and [${inputs}, ${outputs}] with ${weights.length} values`,
    );
  return {
    mean,
    matrix,
    apply({ rows, cols, data }) {
      if (cols !== inputs || data.length !== rows * cols)
        throw new RangeError(
          `whitening: examples must be [count, ${inputs}]; got [${rows}, ${cols}] with ${data.length} values`,
        );
      const whitened = new Float32Array(rows * outputs);
      const centered = new Float64Array(inputs);
      const sums = new Float64Array(outputs);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < inputs; i++) centered[i] = data[row * inputs + i]! - mean[i]!;
        addProduct(sums.fill(0), centered, weights);
        whitened.set(sums, row * outputs);
      }
      return { rows, cols: outputs, data: whitened };
    },
  };
}

/** Computes sums += vector · matrix, four rows at a time, so that sums are read and written once for four products. */
function addProduct(sums: Float64Array, vector: Float64Array, matrix: Float32Array): void {
  const cols = sums.length;
  let i = 0;
  let at = 0;
  for (; i + 3 < vector.length; i += 4, at += 3 * cols) {
    const [a, b, c, d] = [vector[i]!, vector[i + 1]!, vector[i + 2]!, vector[i + 3]!];
    for (let j = 0; j < cols; j++, at++)
      sums[j] =
        sums[j]! + a * matrix[at]! + b * matrix[at + cols]! + c * matrix[at + 2 * cols]! + d * matrix[at + 3 * cols]!;
  }
  for (; i < vector.length; i++) for (let j = 0; j < cols; j++, at++) sums[j] = sums[j]! + vector[i]! * matrix[at]!;
}

/** Eigenvectors of a covariance, of length 1, and its eigenvalues, both by descending eigenvalue. */
function principal(covariance: Float64Array, size: number): { directions: number[][]; variances: Float64Array } {
  const square = new Square(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) square.set(i, j, covariance[i * size + j]!);
  const decomposition = new EigenvalueDecomposition(square, { assumeSymmetric: true });
  const ascending = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix;
  const last = size - 1;
  return {
    directions: Array.from({ length: size }, (_, k) => positive(vectors.getColumn(last - k))),
    // Rounding may make a variance of 0 slightly negative.
    variances: Float64Array.from({ length: size }, (_, k) => Math.max(0, ascending[last - k]!)),
  };
}

/**
 * Vector with the sign that makes the first of its largest entries positive. Entries that differ only by rounding
 * count as equal.
 */
function positive(vector: number[]): number[] {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const lead = vector.find((value) => Math.abs(value) > largest * (1 - 1e-9)) ?? 0;
  return lead < 0 ? vector.map((value) => -value) : vector;
}
