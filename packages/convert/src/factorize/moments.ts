import * as tf from "@tensorflow/tfjs-core";
import type { Matrix } from "@weightcast/types";
import { CholeskyDecomposition, Matrix as Dense } from "ml-matrix";

/** Moments of a layer's inputs in two models: x̃ in the one whose layer is fitted, x in the original. */
export interface Moments {
  /** E[x̃ x̃ᵀ]: [n, n], about the means if so asked. */
  readonly own: Float64Array;
  /** E[x̃ xᵀ]: [n, n], about the means. */
  readonly cross: Float64Array;
  /** E[x̃] and E[x], [n] each. */
  readonly means: readonly [Float64Array, Float64Array];
}

/** Sums of which {@link Moments} are made. */
export interface MomentSums {
  /** Adds pairs of rows: the same rows in both models. */
  add(own: Matrix, original: Matrix): void;
  /** @param centered whether the means are subtracted */
  moments(centered: boolean): Moments;
}

/** Sums for inputs of a layer. Products of a batch are computed by TensorFlow.js, and added in float64. */
export function momentSums(size: number): MomentSums {
  const [own, cross] = [new Float64Array(size * size), new Float64Array(size * size)];
  const means = [new Float64Array(size), new Float64Array(size)] as const;
  let count = 0;
  return {
    add(a, b) {
      const products = timesTransposed(a, a);
      addTo(own, products);
      addTo(cross, a === b ? products : timesTransposed(a, b));
      for (const [i, { rows, data }] of [a, b].entries())
        for (let row = 0; row < rows; row++) for (let k = 0; k < size; k++) means[i]![k]! += data[row * size + k]!;
      count += a.rows;
    },
    moments(centered) {
      const [mean, other] = means.map((sums) => sums.map((sum) => sum / count)) as [Float64Array, Float64Array];
      const about = (sums: Float64Array, to: Float64Array) =>
        sums.map((sum, at) => sum / count - (centered ? mean[Math.floor(at / size)]! * to[at % size]! : 0));
      return { own: about(own, mean), cross: about(cross, other), means: [mean, other] };
    },
  };
}

/** Xᵀ Y of matrices with as many rows. */
function timesTransposed(a: Matrix, b: Matrix): Float32Array {
  // The tensor, not its values, leaves the tidy, which looks at every element of what it returns.
  const product = tf.tidy(() => {
    const [x, y] = [a, b].map(({ rows, cols, data }) => tf.tensor2d(data as Float32Array, [rows, cols]));
    return tf.matMul(x!, y!, true);
  });
  const values = product.dataSync<"float32">();
  product.dispose();
  return values;
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += values[i]!;
}

/**
 * Weights W′ that give the outputs of the original from the inputs of the changed model: W + C̃⁻¹ (E[x̃ xᵀ] − C̃) W, the least
 * squares fit of x W by x̃ W′.
 * @param own C̃, positive definite, [n, n]
 * @param cross E[x̃ xᵀ], with the same ridge
 * @param weights W: [n, outputs]
 */
export function corrected(own: Float64Array, cross: Float64Array, weights: Float64Array, size: number): Float64Array {
  if (own.every((value, i) => value === cross[i])) return weights;
  const outputs = weights.length / size;
  const matrix = (data: Float64Array, cols: number) => Dense.from1DArray(size, cols, data as unknown as number[]);
  const w = matrix(weights, outputs);
  const change = matrix(
    cross.map((value, i) => value - own[i]!),
    size,
  ).mmul(w);
  const symmetric = matrix(own, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) symmetric.set(i, j, symmetric.get(j, i)); // to the bit, for ml-matrix
  return Float64Array.from(w.add(new CholeskyDecomposition(symmetric).solve(change)).to1DArray());
}
