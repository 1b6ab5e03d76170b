import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { quoted } from "@weightcast/dictionary";
import { type FactorizedLayer, isFactorized } from "../layers/factorized-layer";
import { LowRankDense } from "../layers/low-rank-dense";

type Layer = layers.Layer;

/** Layer whose weights `calibrate` scales. */
export interface Scalable {
  readonly layer: Layer;
  /** J, parts of the outputs, each scaled by its own factor. */
  readonly columns: number;
  /** x W, without bias or activation. */
  linear(x: tf.Tensor): tf.Tensor;
  /** Multiplies the weights of each column by its own factor. */
  rescale(factors: readonly number[]): void;
}

/**
 * Layer with fixed U, which has a `glorotSquare` to scale it to. None for a layer with a base: its pre-activations are the
 * base's, at any scale of V.
 */
export function scalableFactorized(layer: Layer): (Scalable & { readonly layer: FactorizedLayer }) | undefined {
  if (!isFactorized(layer) || layer.parametrization.base()) return undefined;
  return {
    layer,
    columns: layer.columns,
    linear: (x) => withoutBias((at) => layer.preactivation(at as never), x),
    rescale: (factors) => layer.rescale(factors),
  };
}

/** Layers of tf.layers that compute x W + b, W being their first weight. */
const linearLayers: readonly string[] = ["Dense", "Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "DepthwiseConv2D"];

/**
 * Any layer whose output is linear in its weights: one of this package, or tf.layers' dense and convolutions.
 * @throws RangeError for a layer of tf.layers that includes an activation
 */
export function scalable(layer: Layer): Scalable | undefined {
  if (layer instanceof LowRankDense)
    return {
      layer,
      columns: 1,
      linear: (x) => withoutBias((at) => layer.preactivation(at as tf.Tensor2D), x),
      rescale: (factors) => layer.rescale(factors as [number]),
    };
  if (!linearLayers.includes(layer.getClassName())) return scalableFactorized(layer);
  const { activation } = layer.getConfig();
  if (activation !== "linear")
    throw new RangeError(
      `calibrate: layer ${layer.name} includes an activation, ${quoted(activation)}, so its pre-activations can't be measured; make the activation a separate layer, such as tf.layers.reLU()`,
    );
  return {
    layer,
    columns: 1,
    linear: (x) => withoutBias((at) => layer.apply(at) as tf.Tensor, x),
    rescale: ([factor]) =>
      tf.tidy(() => {
        const kernel = layer.weights[0]!;
        kernel.write(tf.mul(kernel.read(), factor!));
      }),
  };
}

const withoutBias = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => tf.sub(f(x), f(tf.zerosLike(tf.slice(x, 0, 1)))));
