import { initializers, input, layers, model } from "@tensorflow/tfjs-layers";
import { factorizedDepthwiseConv2d } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";

const channels = 32;
const expansion = 6;

/** Depthwise convolution that learns `atoms` weights of each window; the others follow by kernel ridge regression over it. */
const predicted = ({ kernelSize, seed: _, ...options }, atoms) =>
  factorizedDepthwiseConv2d({
    ...options,
    kernelSize,
    dictionary: kernel([kernelSize, kernelSize], { lengthScale: 1 }),
    rank: atoms,
    basis: "orthonormal",
    order: "weights-first",
  });

const learned = ({ seed, ...options }) =>
  layers.depthwiseConv2d({ ...options, depthwiseInitializer: initializers.heNormal({ seed }) });

/**
 * Inverted residual block (Sandler et al. 2018, *MobileNetV2*, §3.3): wide by a 1×1 convolution, depthwise, and narrow again,
 * each with batch normalization, and the block's input added.
 */
function block(x, { name, size, seed, depthwise }) {
  const common = { padding: "same", useBias: false };
  const pointwise = (part, filters, i) =>
    layers.conv2d({
      ...common,
      name: `${name}_${part}`,
      filters,
      kernelSize: 1,
      kernelInitializer: initializers.heNormal({ seed: seed + i }),
    });
  const normalized = (layer, y) =>
    layers.batchNormalization({ name: `${layer.name}_norm`, epsilon: 1e-5, momentum: 0.9 }).apply(layer.apply(y));
  const cut = (layer, y) =>
    layers.activation({ name: `${layer.name}_relu6`, activation: "relu6" }).apply(normalized(layer, y));
  const wide = cut(pointwise("expand", expansion * channels, 0), x);
  const slid = cut(depthwise({ ...common, name: `${name}_depthwise`, kernelSize: size, seed: seed + 1 }), wide);
  const narrow = normalized(pointwise("project", channels, 2), slid);
  return layers.add({ name: `${name}_sum` }).apply([x, narrow]);
}

/** @param depthwise makes a depthwise convolution from its options and the number of atoms that 3×3 or 7×7 windows have */
const network = (depthwise) => () => {
  const map = input({ shape: [28, 28, channels], name: "input" });
  const small = block(map, { name: "small", size: 3, seed: 1, depthwise: (options) => depthwise(options, 3) });
  const large = block(small, { name: "large", size: 7, seed: 11, depthwise: (options) => depthwise(options, 12) });
  const pooled = layers.globalAveragePooling2d({ name: "average" }).apply(large);
  const kernelInitializer = initializers.glorotNormal({ seed: 21 });
  return model({
    inputs: map,
    outputs: layers.dense({ name: "logits", units: 10, kernelInitializer }).apply(pooled),
  });
};

/**
 * Two blocks of MobileNetV2 on a map of 28×28 with 32 channels, the first with a 3×3 depthwise convolution and the second with
 * one of 7×7 as in ConvNeXt, the mean over the map and ten logits; softmax cross-entropy, momentum. The rate is small for the
 * reason that convnet.mjs gives.
 */
export const workload = {
  name: "mobilenet-block",
  sample: [28, 28, channels],
  samples: "images",
  classes: 10,
  batch: 32,
  rate: 0.01,
  momentum: 0.9,
  variants: [
    { name: "dense", title: "dense", model: network(learned) },
    {
      name: "factorized",
      title: "factorized, 3 of 9 and 12 of 49 weights of each depthwise window learned",
      model: network(predicted),
    },
  ],
};
