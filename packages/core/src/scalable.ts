import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FactorizedLayer, isFactorized } from "./factorized-layers";
import { LowRankDense } from "./low-rank-dense";

type Layer = LayersModel["layers"][number];

/** A layer whose weights `calibrate` scales. */
export interface Scalable {
  readonly layer: Layer;
  /** J, parts of the outputs that are scaled by factors of their own. */
  readonly columns: number;
  /** x W, without bias or activation. */
  linear(x: tf.Tensor): tf.Tensor;
  /** Multiplies the weights of each column by a factor of its own. */
  rescale(factors: readonly number[]): void;
}

/** A layer with U fixed, whose `glorotSquare` says what to scale it to. */
export function scalableFactorized(layer: Layer): (Scalable & { readonly layer: FactorizedLayer }) | undefined {
  if (!isFactorized(layer)) return undefined;
  return {
    layer,
    columns: layer.columns,
    linear: (x) => withoutBias((at) => layer.preactivation(at as never), x),
    rescale: (factors) => layer.rescale(factors),
  };
}

/** tf.layers' layers that answer x W + b, W their first weight. */
const linearLayers: readonly string[] = ["Dense", "Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "DepthwiseConv2D"];

/**
 * Any layer whose answer is linear in its weights: one of this package, or tf.layers' dense and convolutions.
 * @throws RangeError for one of tf.layers that has an activation of its own
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
      `calibrate: layer ${layer.name} has an activation of its own, ${JSON.stringify(activation)}, so what goes into it can't be measured; give the activation as a layer of its own, such as tf.layers.reLU()`,
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
