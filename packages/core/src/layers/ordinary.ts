import type { layers } from "@tensorflow/tfjs-layers";
import type { ActivationName, LayerBasics } from "./basics";

/** Configuration that every {@link OrdinaryLayer} has. */
export interface OrdinaryBasics {
  readonly name: string;
  readonly trainable: boolean;
  /** Shape of a batch, on the first layer of a model. */
  readonly batchInputShape?: (number | null)[];
  readonly activation: ActivationName;
  readonly useBias: boolean;
}

/** `tf.layers.dense(config)` */
export interface OrdinaryDense {
  readonly className: "Dense";
  readonly config: OrdinaryBasics & { readonly units: number };
}

/** `tf.layers.conv1d(config)` */
export interface OrdinaryConv1D {
  readonly className: "Conv1D";
  readonly config: OrdinaryBasics & OrdinaryWindow<number> & { readonly filters: number };
}

/** `tf.layers.conv2d(config)` */
export interface OrdinaryConv2D {
  readonly className: "Conv2D";
  readonly config: OrdinaryBasics & OrdinaryWindow<[number, number]> & { readonly filters: number };
}

/** `tf.layers.depthwiseConv2d(config)` */
export interface OrdinaryDepthwiseConv2D {
  readonly className: "DepthwiseConv2D";
  readonly config: OrdinaryBasics & OrdinaryWindow<[number, number]> & { readonly depthMultiplier: number };
}

/**
 * Ordinary layer of tf.layers that a layer of this package stands for: its class, and the configuration that creates it.
 * With the layer's `merge()` as its weights it computes the same outputs.
 */
export type OrdinaryLayer = OrdinaryDense | OrdinaryConv1D | OrdinaryConv2D | OrdinaryDepthwiseConv2D;

/** Window of an ordinary convolution. */
interface OrdinaryWindow<Size> {
  readonly kernelSize: Size;
  readonly strides: Size;
  readonly padding: "valid" | "same";
  readonly dilationRate: Size;
}

/** Configuration that a layer shares with the ordinary one it stands for. */
export function ordinaryBasics(
  layer: layers.Layer,
  { activation = "linear", useBias = true }: LayerBasics,
): OrdinaryBasics {
  const { name, trainable, batchInputShape } = layer;
  return { name, trainable, ...(batchInputShape && { batchInputShape: [...batchInputShape] }), activation, useBias };
}
