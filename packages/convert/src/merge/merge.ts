import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { ordinaryConfig, type SavedLayer } from "./ordinary-config";
import { isMergeable, type Layer, partsOf } from "./parts";

/**
 * Ordinary model with the same outputs, which needs no Weightcast: every factorized and low-rank layer is the layer of tf.layers
 * that it stands for, with the weights W = U V, or W₀ + U V. All else is a copy, and layers keep their names. The model may branch,
 * share layers, and contain models and TimeDistributed layers; the optimizer is left out.
 *
 * A layer that both a model and one within it use becomes two layers with the same weights, as in every saved model of tf.layers.
 *
 * @param model which stays as it is
 * @returns a new model, with weights of its own
 * @throws RangeError for a dilated depthwise layer, which tf.layers lacks
 * @throws Error if a layer is not built yet, or of a class that TensorFlow.js can't make again because it is not registered
 */
export function merge(model: LayersModel): LayersModel {
  const { constructor: type } = model as unknown as { constructor: ModelClass };
  const { config } = ordinaryConfig(model, { className: model.getClassName(), config: model.getConfig() });
  const copy = type.fromConfig(type, config);
  copyWeights(model, copy);
  return copy;
}

type ModelClass = { fromConfig(type: ModelClass, config: SavedLayer["config"]): LayersModel };

/** Gives the copy of a layer, and of the layers in it, the weights of the original. */
function copyWeights(original: Layer, copy: Layer): void {
  const parts = partsOf(original);
  if (parts) {
    const copies = new Map(partsOf(copy)!.map((part) => [part.name, part]));
    for (const part of parts) copyWeights(part, copies.get(part.name)!);
  } else if (isMergeable(original)) {
    const weights = original.merge();
    setWeights(copy, weights);
    tf.dispose(weights);
  } else setWeights(copy, original.getWeights());
  copy.trainable = original.trainable;
}

/** A layer without weights, such as one of inputs, takes none. */
const setWeights = (layer: layers.Layer, weights: tf.Tensor[]): void => {
  if (weights.length > 0) layer.setWeights(weights);
};
