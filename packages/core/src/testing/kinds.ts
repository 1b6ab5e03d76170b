import * as tf from "@tensorflow/tfjs-core";
import { factorizedConv1d } from "../layers/factorized-conv1d";
import { factorizedConv2d } from "../layers/factorized-conv2d";
import { factorizedDense } from "../layers/factorized-dense";
import { factorizedDepthwiseConv2d } from "../layers/factorized-depthwise-conv2d";
import type { FactorizedLayer } from "../layers/factorized-layer";
import type { OrdinaryLayer } from "../layers/ordinary";
import type { Order } from "../parametrization/product";
import { type Form, formOf, normals, type Ordinary } from "./compare";
import { noiseAtoms, separableAtoms } from "./dictionaries";

/** Options that every kind of factorized layer has. */
export interface CommonOptions {
  readonly order?: Order;
  readonly base?: tf.Tensor;
  readonly activation?: "linear" | "relu" | "tanh";
  readonly useBias?: boolean;
  readonly trainable?: boolean;
  readonly name?: string;
}

/** One kind of factorized layer with its ordinary operation, for tests that hold for all of them. */
export interface Kind {
  readonly title: string;
  /** Class of the ordinary layer. */
  readonly className: OrdinaryLayer["className"];
  /** Shape of one input. */
  readonly inputShape: readonly number[];
  /** Shape of the ordinary layer's kernel. */
  readonly kernel: readonly number[];
  make(options?: CommonOptions, learned?: boolean): FactorizedLayer;
  readonly form: Form;
  readonly ordinary: Ordinary;
}

/** Every kind of factorized layer; convolutions with shared atoms, over whole patches, and with a window of the whole image. */
export const kinds: readonly Kind[] = [
  {
    title: "dense",
    className: "Dense",
    inputShape: [20],
    kernel: [20, 6],
    make: (options, learned) =>
      factorizedDense({
        units: 6,
        dictionary: noiseAtoms([4, 5], 3, learned),
        rank: 4,
        columns: 2,
        ...first([20]),
        ...options,
      }),
    form: formOf(1, [20, 6]),
    ordinary: (x, w) => tf.matMul(x, w),
  },
  {
    title: "dense, axis by axis",
    className: "Dense",
    inputShape: [72],
    kernel: [72, 6],
    make: (options) =>
      factorizedDense({
        units: 6,
        dictionary: separableAtoms([9, 8]),
        rank: 30,
        columns: 3,
        ...first([72]),
        ...options,
      }),
    form: formOf(1, [72, 6]),
    ordinary: (x, w) => tf.matMul(x, w),
  },
  ...[
    { title: "conv2d", domain: [3, 2], image: [6, 5, 3] },
    { title: "conv2d over whole patches", domain: [3, 2, 3], image: [6, 5, 3] },
    { title: "conv2d of the whole image", domain: [3, 2], image: [3, 2, 3] },
  ].map(
    ({ title, domain, image }): Kind => ({
      title,
      className: "Conv2D",
      inputShape: image,
      kernel: [3, 2, 3, 4],
      make: (options, learned) =>
        factorizedConv2d({
          filters: 4,
          kernelSize: [3, 2],
          strides: [2, 1],
          dictionary: noiseAtoms(domain, 3, learned),
          rank: 4,
          columns: 2,
          ...first(image),
          ...options,
        }),
      form: formOf(domain.length === 2 ? 3 : 1, [3, 2, 3, 4]),
      ordinary: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 1], "valid"),
    }),
  ),
  {
    title: "conv1d",
    className: "Conv1D",
    inputShape: [7, 3],
    kernel: [4, 3, 6],
    make: (options, learned) =>
      factorizedConv1d({
        filters: 6,
        kernelSize: 4,
        strides: 2,
        padding: "same",
        dictionary: noiseAtoms([4], 3, learned),
        rank: 3,
        ...first([7, 3]),
        ...options,
      }),
    form: formOf(3, [4, 3, 6]),
    ordinary: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, "same"),
  },
  {
    title: "depthwise conv2d",
    className: "DepthwiseConv2D",
    inputShape: [6, 5, 3],
    kernel: [3, 2, 3, 2],
    make: (options, learned) =>
      factorizedDepthwiseConv2d({
        kernelSize: [3, 2],
        depthMultiplier: 2,
        padding: "same",
        dictionary: noiseAtoms([3, 2], 3, learned),
        rank: 4,
        ...first([6, 5, 3]),
        ...options,
      }),
    form: formOf(1, [3, 2, 3, 2]),
    ordinary: (x, w) => depthwise(x as tf.Tensor4D, w as tf.Tensor4D),
  },
];

const first = (inputShape: number[]) => ({ inputShape, seed: 5 });

/** Batch of three normal inputs of a kind. */
export const inputsOf = ({ inputShape }: Pick<Kind, "inputShape">): tf.Tensor => normals([3, ...inputShape], "x");

/** Depthwise convolution as one of all channels whose other weights are zero, which has gradients on every engine. */
function depthwise(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  const [height, width, depth, each] = w.shape;
  const diagonal = tf.reshape(tf.eye(depth), [1, 1, depth, depth, 1]);
  const spread = tf.reshape(tf.mul(tf.expandDims(w, 3), diagonal), [height, width, depth, depth * each]);
  return tf.conv2d(x, spread as tf.Tensor4D, 1, "same");
}
