import * as tf from "@tensorflow/tfjs-core";
import { glorotVariance } from "./basics";
import { type Convolution, convolve, isShared } from "./convolve";
import { type AddWeight, biased, coefficientsOf, type Factorization, makeWeights, type Weights } from "./factorization";
import { weightsOf } from "./product";
import { slidePays } from "./slide";
import { imageOf, patchSquare, type Window } from "./window";

/** What a built convolution holds. */
export interface ConvolutionWeights extends Weights, Convolution {
  /** C */
  readonly depth: number;
  readonly filters: number;
}

/** A layer that is being built. */
export interface Site {
  /** Who speaks in messages: the function that made the layer, and its name. */
  readonly layer: string;
  readonly add: AddWeight;
  /** The window's axes, for messages, and their sizes as a dictionary's domain has them. */
  readonly axes: string;
  readonly grid: readonly number[];
}

/**
 * Makes U, V and b of a convolution.
 * @param shape [batch, height, width, C]
 * @throws RangeError for an image that the window does not fit, or a dictionary that does not fit the window
 */
export function buildConvolution(
  { layer, add, axes, grid }: Site,
  own: Factorization,
  window: Window,
  shape: readonly (number | null)[],
  filters: number,
): ConvolutionWeights {
  const who = `${own.who} (layer ${layer})`;
  const [height, width, depth] = imageOf(who, shape, window, axes);
  const shared = isShared(who, own.made.recipe.domain, grid, depth);
  const variance = areaOf(window) * depth * glorotOf(window, depth, filters);
  const sizes = { channels: shared ? depth : 1, outputs: filters, variance };
  // Over whole patches there is no grid of two axes to slide along; one axis has no factors.
  const pays = slidePays(shared && grid.length === 2 ? own.order : "weights-first", window, [height, width]);
  return { ...makeWeights(layer, add, own, sizes, pays), window, shared, depth, filters };
}

const areaOf = ({ kernel }: Window): number => kernel[0] * kernel[1];

/** Glorot's variance as tf.layers counts fans: window · channels in, window · filters out. */
const glorotOf = (window: Window, depth: number, filters: number): number =>
  glorotVariance(areaOf(window) * depth, areaOf(window) * filters);

/**
 * x ∗ (U V) + b
 * @param x [batch, height, width, C]
 */
export const convolved = (
  weights: ConvolutionWeights,
  x: tf.Tensor4D,
  { order }: Factorization,
  training: boolean,
): tf.Tensor4D =>
  tf.tidy(() => biased(weights, convolve(x, weights.u, coefficientsOf(weights), weights, order, training)));

/** W = U V: [height, width, C, filters]. */
export const filtersOf = (weights: ConvolutionWeights): tf.Tensor4D =>
  tf.tidy(() => {
    const { u, window, shared, depth, filters } = weights;
    const w = weightsOf(u.matrix(), coefficientsOf(weights), shared ? depth : 1);
    return tf.reshape<tf.Rank.R4>(w, [...window.kernel, depth, filters]);
  });

/** gain² E‖patch‖² · 2 / (fan in + fan out): the mean square of a Glorot-initialized convolution's pre-activations. */
export const glorotPatches = (
  { window, depth, filters }: Pick<ConvolutionWeights, "window" | "depth" | "filters">,
  x: tf.Tensor4D,
  gain: number,
): tf.Scalar => tf.tidy(() => tf.mul(patchSquare(x, window), gain ** 2 * glorotOf(window, depth, filters)));
