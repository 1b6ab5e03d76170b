import type * as tf from "@tensorflow/tfjs-core";
import { type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import { quoted } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import type { Place } from "./term";

type Layer = layers.Layer;
type Config = tf.serialization.ConfigDict;

/** Layers that can be adapted or, as a batch normalization, kept as they are, by class. */
const makers: { readonly [className: string]: (config: never) => Layer } = {
  Dense: layers.dense,
  Conv1D: layers.conv1d,
  Conv2D: layers.conv2d,
  DepthwiseConv2D: layers.depthwiseConv2d,
  BatchNormalization: layers.batchNormalization,
};

/** Class and configuration of a layer of tf.layers. */
export interface BaseLayer {
  readonly className: string;
  readonly config: Config;
}

/** Whether a layer of tf.layers has a kernel that can be adapted. */
export const isAdaptable = (layer: Layer): boolean =>
  layer.getClassName() !== "BatchNormalization" && Object.hasOwn(makers, layer.getClassName());

/**
 * Layer of tf.layers, not built, from its class and configuration.
 * @throws RangeError for another class
 */
export function layerOf(who: string, { className, config }: BaseLayer): Layer {
  if (typeof className !== "string" || !Object.hasOwn(makers, className))
    throw new RangeError(
      `${who}: the layer that is adapted must be one of ${Object.keys(makers).join(", ")}; got ${quoted(className)}`,
    );
  // A copy, because TensorFlow.js writes into the configurations of initializers.
  return makers[className]!(structuredClone(config) as never);
}

/** Sizes of a built layer's kernel as a matrix. */
export function placeOf(who: string, layer: Layer): Place {
  const [kernel, bias] = layer.weights;
  const shape = kernel!.shape as readonly number[];
  const window = shape.slice(0, -2);
  const [depth, last] = shape.slice(-2) as [number, number];
  const depthwise = layer.getClassName() === "DepthwiseConv2D";
  const axes = depthwise ? window : [...window, depth];
  const domain = axes.length > 1 ? axes.filter((length) => length > 1) : axes;
  const inputs = sizeOf(axes);
  const outputs = depthwise ? depth * last : last;
  return { who, inputs, outputs, domain: domain.length > 0 ? domain : [1], bias: bias !== undefined };
}

/** Variable of a layer, with the access that TensorFlow.js hides: it declares `val` protected and read-only. */
interface OpenVariable {
  val: tf.Tensor;
}

/** Whether a weight was disposed. */
export const isDisposed = (weight: LayerVariable): boolean => (weight as unknown as OpenVariable).val.isDisposed;

/** Runs a function while weights of a layer hold other tensors, and restores them afterwards, even if it throws. */
export function withWeights<T>(weights: readonly LayerVariable[], tensors: readonly tf.Tensor[], body: () => T): T {
  const variables = weights as unknown as readonly OpenVariable[];
  const original = tensors.map((_, i) => variables[i]!.val);
  try {
    for (const [i, tensor] of tensors.entries()) variables[i]!.val = tensor;
    return body();
  } finally {
    for (const [i, tensor] of original.entries()) variables[i]!.val = tensor;
  }
}
