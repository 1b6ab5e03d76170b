import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/types";
import { type Layer, placedIn } from "../model/parts";

/** Classes of tf.layers that have a factorized counterpart. */
export type ConvertibleClass = "Dense" | "Conv1D" | "Conv2D" | "DepthwiseConv2D";

/** Layer of a model whose weights can be predicted. */
export interface ConvertibleLayer {
  /** Name of the layer, after the names of the models and wrappers around it: `"encoder/hidden"`. */
  readonly path: string;
  readonly className: ConvertibleClass;
  /** Shape of its kernel: [inputs, units], [time, C, filters], [height, width, C, filters], or [height, width, C, multiplier]. */
  readonly kernel: readonly number[];
  /** Grid that a dictionary is usually over: [inputs], or the window, [time] or [height, width]. */
  readonly domain: readonly number[];
  /** Channels that share such a dictionary: C of a convolution, otherwise 1. */
  readonly channels: number;
  /** Outputs: units, filters, or C · multiplier. */
  readonly outputs: number;
  /** Numbers in its kernel. */
  readonly weights: number;
  readonly layer: Layer;
}

/** Layer that stays as it is, and why. */
export interface OtherLayer {
  readonly path: string;
  readonly className: string;
  /** Numbers in its weights. */
  readonly weights: number;
  readonly reason: string;
}

/** Layers of a model, by whether their weights can be predicted. */
export interface ModelLayers {
  readonly convertible: readonly ConvertibleLayer[];
  /** The others that have weights. */
  readonly others: readonly OtherLayer[];
}

/**
 * Layers of a model whose weights can be predicted, and those that can't, in order, each once. Those of nested models and
 * TimeDistributed wrappers are among them.
 * @param model built; it stays as it is
 */
export function layersOf(model: LayersModel): ModelLayers {
  const convertible: ConvertibleLayer[] = [];
  const others: OtherLayer[] = [];
  for (const { path, layer } of placedIn(model)) {
    const weights = layer.weights.reduce((sum, { shape }) => sum + sizeOf(shape as number[]), 0);
    if (weights === 0) continue;
    const reason = obstacle(layer);
    if (reason) others.push({ path, className: layer.getClassName(), weights, reason });
    else convertible.push({ path, layer, ...factsOf(layer) });
  }
  return { convertible, others };
}

/** W of a layer: owned by the layer. */
export const kernelOf = (layer: Layer): tf.Tensor => layer.weights[0]!.read();

/** Facts about a layer of one of the classes above. */
export function factsOf(layer: Layer): Omit<ConvertibleLayer, "path" | "layer"> {
  const className = layer.getClassName() as ConvertibleClass;
  const kernel = layer.weights[0]!.shape as number[];
  const axes = kernel.slice(0, -2);
  const [inner, last] = kernel.slice(-2) as [number, number];
  const weights = sizeOf(kernel);
  if (className === "Dense") return { className, kernel, domain: [inner], channels: 1, outputs: last, weights };
  if (className === "DepthwiseConv2D")
    return { className, kernel, domain: axes, channels: 1, outputs: inner * last, weights };
  return { className, kernel, domain: axes, channels: inner, outputs: last, weights };
}

/** Why the weights of a layer can't be predicted; undefined if they can. */
function obstacle(layer: Layer): string | undefined {
  const className = layer.getClassName();
  if (!["Dense", "Conv1D", "Conv2D", "DepthwiseConv2D"].includes(className))
    return `layers of class ${className} have no factorized counterpart`;
  const config = layer.getConfig() as { readonly dataFormat?: string; readonly dilationRate?: number | number[] };
  if (config.dataFormat === "channelsFirst") return "its channels come first";
  if (className === "DepthwiseConv2D" && [config.dilationRate ?? 1].flat().some((rate) => rate !== 1))
    return "TensorFlow.js ignores its dilation";
  return undefined;
}
