import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { AdaptedLayer, type FactorizedLayer, isFactorized, LowRankDense, type OrdinaryLayer } from "@weightcast/core";
import type { Layer } from "../model/parts";
import { type Replacement, rebuild } from "../model/rebuild";

/**
 * Ordinary model with the same outputs, which needs no Weightcast: every factorized and low-rank layer is the layer of tf.layers
 * that it stands for, with the weights W = U V, or W₀ + U V, and every adapted layer the one that it adapts, with the active adapter in its
 * weights. All else is a copy, and layers keep their names. The model may branch,
 * share layers, and contain models and TimeDistributed layers; the optimizer is left out.
 *
 * A layer that both a model and one within it use becomes two layers with the same weights, as in every saved model of tf.layers.
 *
 * @param model which stays as it is
 * @returns a new model, with weights of its own
 * @throws RangeError for a dilated depthwise layer, which tf.layers lacks
 * @throws Error if a layer is not built yet, or of a class that TensorFlow.js can't make again because it is not registered
 */
export const merge = (model: LayersModel): LayersModel => rebuild(model, merged);

/** Whether a layer stands for an ordinary one. */
const isMergeable = (layer: Layer): layer is FactorizedLayer | LowRankDense =>
  isFactorized(layer) || layer instanceof LowRankDense;

function merged(layer: Layer): Replacement | undefined {
  if (!isMergeable(layer) && !(layer instanceof AdaptedLayer)) return;
  const fill = (built: Layer) => {
    const weights = layer.merge();
    built.setWeights(weights);
    tf.dispose(weights);
  };
  return { layer: layer instanceof AdaptedLayer ? layer.ordinary() : ordinary(layer.standsFor(), layer.dtype), fill };
}

/** Layer of tf.layers from its class and configuration. */
function ordinary({ className, config }: OrdinaryLayer, dtype: tf.DataType): Layer {
  switch (className) {
    case "Dense":
      return layers.dense({ ...config, dtype });
    case "Conv1D":
      return layers.conv1d({ ...config, dtype });
    case "Conv2D":
      return layers.conv2d({ ...config, dtype });
    case "DepthwiseConv2D":
      return layers.depthwiseConv2d({ ...config, dtype });
  }
}
