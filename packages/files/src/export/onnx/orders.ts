import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { type FactorizedLayer, isFactorized, leavesOf, productCost } from "@weightcast/core";

/** Order of a layer's product in a file: x U V from left to right, or W = U V formed when a session starts. */
export type StoredOrder = "inputs-first" | "weights-first";

/** A model's factorized layers. */
export const factorizedIn = (model: LayersModel): readonly FactorizedLayer[] => leavesOf(model).filter(isFactorized);

/**
 * Order that takes fewer multiplications for every input, W being formed once. A layer that was made with an order keeps it, and a U
 * that is not formed, but applied axis by axis, is always applied to the inputs.
 */
export function storedOrder({ parametrization, rank, columns }: FactorizedLayer): StoredOrder {
  const { atoms, channels, order } = parametrization;
  if (!atoms.formed) return "inputs-first";
  if (order !== "auto") return order;
  const { size } = parametrization.coefficients();
  const units = size / (rank * channels);
  const base = parametrization.base() !== undefined;
  const inputs = atoms.inputs * channels;
  const cost = productCost({ batch: 1, inputs, rank, columns, units, channels, base }, false);
  return cost["inputs-first"] < inputs * units ? "inputs-first" : "weights-first";
}

/** Result of a function during which the calls of some factorized layers form W and use it as the ordinary layer does. */
export function withWeightsFirst<T>(chosen: readonly FactorizedLayer[], run: () => T): T {
  for (const layer of chosen)
    layer.call = (inputs) => tf.tidy(() => ordinaryCall(layer, Array.isArray(inputs) ? inputs[0]! : inputs));
  try {
    return run();
  } finally {
    for (const layer of chosen) delete (layer as Partial<FactorizedLayer>).call;
  }
}

/** What the ordinary layer of tf.layers computes with W = U V, which is formed here. */
function ordinaryCall(layer: FactorizedLayer, x: tf.Tensor): tf.Tensor {
  const [weight, bias] = layer.merge() as [tf.Tensor, tf.Tensor | undefined];
  const y = linear(layer, x, weight);
  const { activation } = layer.standsFor().config;
  const sum = bias ? tf.add(y, bias) : y;
  return activation === "linear" ? sum : (layers.activation({ activation }).apply(sum) as tf.Tensor);
}

function linear(layer: FactorizedLayer, x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const { className, config } = layer.standsFor();
  switch (className) {
    case "Dense":
      return tf.matMul(x, w);
    case "Conv1D": {
      const { strides, padding, dilationRate } = config;
      return tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, strides, padding, "NWC", dilationRate);
    }
    case "Conv2D": {
      const { strides, padding, dilationRate } = config;
      return tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding, "NHWC", dilationRate);
    }
    case "DepthwiseConv2D": {
      const { strides, padding } = config;
      return tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding, "NHWC");
    }
  }
}
