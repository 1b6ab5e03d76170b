import * as tf from "@tensorflow/tfjs-core";
import { quoted } from "@weightcast/dictionary";
import type { Parametrization } from "../parametrization/parametrization";
import { type ActivationName, activationOf } from "./basics";
import { channelsOutside } from "./convolve";
import type { FactorizedBasics, LayerOptions } from "./factorization";
import type { Window } from "./window";

/** Option of a convolution whose atoms are filters in their own right. */
export interface MapActivation {
  /**
   * Activation function h between the product's two parts: y = g(h(x ∗ U) V + b). The atoms are then fixed filters, whose maps
   * V mixes; there is no W, so nothing can be merged, fitted or based on one. Needs one column and a dictionary over the
   * window, and the order is inputs first. @default none, which is h(z) = z
   */
  readonly mapActivation?: ActivationName;
}

/**
 * Options of such a layer, with the only order that it can have; others as they are.
 * @throws RangeError for options that only a layer with a W can have, Error of tf.layers for an unknown activation
 */
export function withMapActivation<Options extends LayerOptions<FactorizedBasics & MapActivation>>(
  who: string,
  options: Options,
): Options {
  const { mapActivation, columns = 1, order = "auto", base, recipe } = options;
  if (mapActivation === undefined) return options;
  activationOf(mapActivation); // throws for an unknown name
  const refuse = (rule: string, got: unknown) =>
    new RangeError(`${who}: with mapActivation, ${rule}; got ${quoted(got)}`);
  if (columns !== 1) throw refuse("columns must be 1", columns);
  if (order === "weights-first") throw refuse('order must be "auto" or "inputs-first"', order);
  if (base !== undefined) throw refuse("base must be absent", "a base");
  if (recipe.domain.length !== 2)
    throw refuse("the dictionary's domain must be the window, [height, width]", recipe.domain);
  return { ...options, order: "inputs-first" };
}

/**
 * h(x ∗ U) V: every atom slides over every channel, then V mixes the maps, as a convolution of 1×1 places.
 * @param x [batch, height, width, C]
 * @returns [batch, height′, width′, filters]
 */
export function mixedMaps(
  x: tf.Tensor4D,
  { atoms, channels, coefficients }: Parametrization,
  { kernel, strides, padding, dilations }: Window,
  activation: ActivationName,
): tf.Tensor4D {
  const each = tf.reshape<tf.Rank.R4>(atoms.matrix(), [...kernel, 1, atoms.count]);
  const filters = tf.tile(each, [1, 1, channels, 1]);
  const maps = tf.depthwiseConv2d(x, filters, [...strides], padding, "NHWC", [...dilations]);
  const v = channelsOutside(coefficients(), channels);
  const [, rows, outputs] = v.shape;
  return tf.conv2d(activationOf(activation)(maps) as tf.Tensor4D, tf.reshape(v, [1, 1, rows, outputs]), 1, "valid");
}

/** Error of a method that needs a W, for a layer without one. */
export const noWeights = (who: string, layer: string): RangeError =>
  new RangeError(
    `${who} (layer ${layer}): there is no W with mapActivation, because the layer is not linear in its atoms' maps; keep the layer as it is`,
  );
