import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { AdaptedLayer, isAdaptable, registerLayers } from "@weightcast/core";
import { checkOptions } from "@weightcast/dictionary";
import { freeModel } from "../model/free";
import { type Layer, partsOf } from "../model/parts";
import { type Replacement, rebuild } from "../model/rebuild";
import { type Adapted, adaptedOf } from "./adapted";
import type { AddAdapterOptions, ChooseForm } from "./adapter-set";

/** Options of {@link adapt}. */
export interface AdaptOptions extends AddAdapterOptions {
  /** Name of the adapter: letters, digits, `-`, `_` and `.`. @default "default" */
  readonly name?: string;
}

/**
 * Copy of a model whose weights are frozen, with an adapter in the chosen layers: W = W₀ + s ΔW, of which only ΔW's coefficients are
 * learned. At first it equals the model to the bit. Batch normalizations normalize by their moving averages, in training, too. The model
 * may branch, share layers, and contain models and TimeDistributed layers; the optimizer is left out.
 *
 * @param model built; it stays as it is
 * @param choose a form for each layer that is adapted, by a function of the layer or by patterns of paths. A layer is dense or a
 *   convolution (Dense, Conv1D, Conv2D, DepthwiseConv2D). @default no adapter; `add` adds them
 * @returns the copy, and its adapters; the one that is added is active
 * @throws RangeError if no layer is chosen, a form does not fit its layer, or the model has adapters already
 */
export function adapt(model: LayersModel, choose?: ChooseForm, options: AdaptOptions = {}): Adapted {
  const { name = "default", ...rest } = checkOptions<AdaptOptions>("adapt", options, ["name", "biases"]);
  registerLayers(); // those of the model that predict their weights are copied by their class
  const copy = rebuild(model, frozen);
  try {
    freeze(copy);
    const adapted = adaptedOf(copy);
    if (choose) {
      adapted.add(name, choose, rest);
      adapted.use(name);
    }
    return adapted;
  } catch (error) {
    freeModel(copy);
    throw error;
  }
}

/** Frozen layer in place of one that can be adapted, or that would change in training. */
function frozen(layer: Layer): Replacement | undefined {
  if (layer instanceof AdaptedLayer)
    throw new RangeError("adapt: the model has adapters already; use adaptedOf(model), and add others to it");
  const className = layer.getClassName();
  if (!isAdaptable(layer) && className !== "BatchNormalization") return;
  return {
    layer: new AdaptedLayer({ layer: { className, config: layer.getConfig() } }),
    fill: (built) => fillBase(built as AdaptedLayer, layer.getWeights()),
  };
}

function fillBase({ base }: AdaptedLayer, weights: tf.Tensor[]): void {
  base.setWeights(weights);
}

/** Freezes all of a model's layers except those with adapters. */
function freeze(outer: Layer): void {
  outer.trainable = true;
  for (const layer of partsOf(outer) ?? [])
    if (partsOf(layer)) freeze(layer);
    else layer.trainable = layer instanceof AdaptedLayer;
}
