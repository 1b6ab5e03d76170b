import type * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "@weightcast/dictionary";
import { leastSquares } from "./least-squares";

/** Options of `fit`. */
export interface FitOptions {
  /**
   * Second moments C = E[x xᵀ] of the layer's inputs, symmetric and positive semidefinite, row-major: [n_v, n_v] for a dense
   * layer, [h·w·C, h·w·C] for a convolution, whose inputs are patches ordered (row, column, channel), and [h·w, h·w] for a
   * depthwise convolution, whose inputs are patches of single channels. The fit then has the least mean square error of the
   * pre-activations, rather than of the weights. `secondMoments(…, { center: "zero" })` of @weightcast/dictionary computes
   * it, as `matrix`.
   * @default the identity
   */
  readonly secondMoments?: Float32Array | Float64Array;
}

/** Parametrization whose coefficients are fitted. */
export interface Fitted {
  /** U: [n_v, J·n_α] */
  readonly u: tf.Tensor2D;
  /** Shape of V: [J, n_α·C', n_h / J]. */
  readonly shape: readonly [number, number, number];
  /** W₀ in the kernel's shape. @default zero */
  readonly base: tf.Tensor | undefined;
  /** Shape of the ordinary layer's kernel. */
  readonly kernel: readonly number[];
  /** C', the channels that share U. */
  readonly channels: number;
}

/**
 * Least-squares fit of V to given weights W: min ‖U V − (W − W₀)‖², or with second moments C of the inputs
 * min tr((U V − (W − W₀))ᵀ C (U V − (W − W₀))). Each column is fitted with its own U_j; channels that share U are fitted
 * together, as C couples them.
 *
 * Solved in float64 by Cholesky factorization of the normal equations with iterative refinement. If atoms depend on each
 * other to float32 precision (over the inputs that C describes), solved by the pseudo-inverse: of all V that fit equally
 * well, the smallest, in units of the atoms' lengths.
 *
 * @param w in the kernel's shape
 * @returns V, [J, n_α·C', n_h / J] row-major in float32, and the part of W − W₀ that is left over: the minimum divided by
 *   its value at V = 0, in [0, 1]; 0 if W = W₀
 * @throws RangeError if `w` has another shape than the kernel or `secondMoments` another size, or if they are not finite
 */
export function fitCoefficients(
  { u, shape, base, kernel, channels }: Fitted,
  w: tf.Tensor,
  options: FitOptions = {},
): { readonly values: Float32Array; readonly left: number } {
  const { secondMoments: moments } = checkOptions<FitOptions>("fit", options, ["secondMoments"]);
  const [rows, count] = u.shape;
  const [columns, height, width] = shape;
  const inputs = rows * channels;
  checkFit(w, kernel, moments, inputs);
  const [atoms, from] = [u.dataSync<"float32">(), base?.dataSync<"float32">()];
  const target = Float64Array.from(w.dataSync<"float32">(), (value, i) => value - (from?.[i] ?? 0));
  const values = new Float32Array(columns * height * width);
  let [residual, total] = [0, 0];
  for (let column = 0; column < columns; column++) {
    const rank = count / columns;
    const solution = leastSquares({
      u: block(atoms, [rows, count], rank, column),
      rows,
      rank,
      channels,
      target: block(target, [inputs, columns * width], width, column),
      outputs: width,
      moments,
    });
    values.set(solution.x, column * height * width);
    residual += solution.residual;
    total += solution.total;
  }
  return { values, left: total > 0 ? Math.min(1, residual / total) : 0 };
}

function checkFit(
  w: tf.Tensor,
  kernel: readonly number[],
  moments: Float32Array | Float64Array | undefined,
  inputs: number,
): void {
  if (w.shape.length !== kernel.length || w.shape.some((length, axis) => length !== kernel[axis]))
    throw new RangeError(
      `fit: weights must have the shape of the ordinary layer's kernel, [${kernel.join(", ")}]; got [${w.shape.join(", ")}]`,
    );
  if (moments && moments.length !== inputs ** 2)
    throw new RangeError(
      `fit: secondMoments must hold ${inputs} × ${inputs} numbers, one for each pair of inputs; got ${moments.length}`,
    );
  for (const [name, values] of [["weights", w.dataSync<"float32">()] as const, ["secondMoments", moments] as const]) {
    const invalid = values?.find((value) => !Number.isFinite(value));
    if (invalid !== undefined) throw new RangeError(`fit: ${name} must be finite; one is ${invalid}`);
  }
}

/** Columns [index·width, (index + 1)·width) of a matrix [rows, cols], in float64. */
function block(
  data: Float32Array | Float64Array,
  [rows, cols]: readonly [number, number],
  width: number,
  index: number,
): Float64Array {
  const part = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++)
    part.set(data.subarray(i * cols + index * width, i * cols + (index + 1) * width), i * width);
  return part;
}
