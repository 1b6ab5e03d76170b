import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { AdaptedLayer, type AdapterConfig } from "@weightcast/core";
import { shown } from "@weightcast/dictionary";
import { merge } from "../merge/merge";
import { type Layer, placedIn } from "../model/parts";
import {
  type AdaptedLayers,
  type AddAdapterOptions,
  activeOf,
  addChosen,
  addWholly,
  type ChooseForm,
  checkThere,
  namesOf,
  removeOf,
  useOf,
} from "./adapter-set";

/** Values of an adapter's weights in a layer, by name and shape. */
export type AdapterValues = (path: string, weight: string, shape: readonly number[]) => Float32Array;

/** What an adapter is in one layer. */
export interface AdapterPart {
  /** Path of the layer: its name, after the names of the models and wrappers around it. */
  readonly path: string;
  readonly config: AdapterConfig;
  /** Weights by name. They belong to the model: clone them to keep them. */
  readonly weights: ReadonlyMap<string, tf.Tensor>;
}

/** Model with adapters, as {@link adapt} makes it: a view of the model, which holds all state. */
export interface Adapted {
  /** The adapted model, for training, predictions and saving. After `use`, compile it again for `model.fit`. */
  readonly model: LayersModel;
  /** Names of the adapters, in the order in which they were added. */
  readonly names: readonly string[];
  /** Name of the active adapter: the one that outputs have, and training changes. */
  readonly active: string | undefined;
  /**
   * Adds an adapter, which is not active yet.
   * @throws RangeError if there is one of that name, no layer is chosen, or a form does not fit its layer; nothing is added then
   */
  add(name: string, choose: ChooseForm, options?: AddAdapterOptions): void;
  /** Makes an adapter active, or none: the model is then the base. @throws RangeError if there is none of that name */
  use(name: string | undefined): void;
  /**
   * Sets the factor on what an adapter adds: 0 is the base, 1 what was trained.
   * @throws RangeError if there is none of that name, or the factor is not finite
   */
  scale(name: string, factor: number): void;
  /** Removes an adapter, and frees its weights. @throws RangeError if there is none of that name */
  remove(name: string): void;
  /** Numbers that an adapter learns. @throws RangeError if there is none of that name */
  learned(name: string): number;
  /**
   * Ordinary model with an adapter in its weights: as fast as the base, without Weightcast. Its layers can all be trained.
   * @param name @default the active adapter
   * @throws RangeError if there is none of that name, or none active
   */
  merge(name?: string): LayersModel;
  /** Ordinary model without adapters: the base again. Its layers can all be trained. */
  unload(): LayersModel;
  /** An adapter by layers, as a file holds it. @throws RangeError if there is none of that name */
  parts(name: string): readonly AdapterPart[];
  /**
   * Adds an adapter from its parts.
   * @throws RangeError if there is one of that name, or a part is damaged or does not fit; nothing is added then
   */
  restore(name: string, parts: readonly Pick<AdapterPart, "path" | "config">[], values: AdapterValues): void;
}

/**
 * Adapters of a model that {@link adapt} made, or that was loaded after it was saved with its adapters.
 * @throws RangeError if the model has no layer that can be adapted
 */
export function adaptedOf(model: LayersModel): Adapted {
  const layers = placedIn(model).flatMap(({ path, layer }) => (isAdapted(layer) ? [{ path, layer }] : []));
  if (layers.length === 0)
    throw new RangeError("adapt: the model has no layer that can be adapted: none is dense or a convolution");
  return {
    model,
    get names() {
      return namesOf(layers);
    },
    get active() {
      return activeOf(layers);
    },
    add: (name, choose, options) => addChosen(layers, name, choose, options),
    use(name) {
      if (name !== undefined) checkThere("use", layers, name);
      useOf(layers, name);
    },
    scale(name, factor) {
      checkThere("scale", layers, name);
      if (!Number.isFinite(factor))
        throw new RangeError(`scale: the factor must be a finite number; got ${shown(factor)}`);
      for (const { layer } of layers) layer.scale(name, factor);
    },
    remove(name) {
      checkThere("remove", layers, name);
      removeOf(layers, name);
    },
    learned(name) {
      checkThere("learned", layers, name);
      return layers.reduce((sum, { layer }) => sum + layer.learned(name), 0);
    },
    merge(name = activeOf(layers)) {
      if (name === undefined) throw new RangeError("merge: no adapter is active; give the name of one, or unload");
      checkThere("merge", layers, name);
      return ordinaryWith(model, layers, name);
    },
    unload: () => ordinaryWith(model, layers, undefined),
    parts(name) {
      checkThere("parts", layers, name);
      return layers.flatMap(({ path, layer }) => {
        const config = layer.adapter(name);
        return config ? [{ path, config, weights: layer.adapterWeights(name) }] : [];
      });
    },
    restore: (name, parts, values) =>
      addWholly("restore", layers, name, () => {
        for (const { path, config } of parts)
          layerAt(layers, path).restore({ ...config, name }, (weight, shape) => values(path, weight, shape));
      }),
  };
}

/** Whether a layer can have adapters: a frozen batch normalization has none. */
const isAdapted = (layer: Layer): layer is AdaptedLayer =>
  layer instanceof AdaptedLayer && layer.base.getClassName() !== "BatchNormalization";

/** Ordinary model with an adapter or none in its weights, all of whose layers can be trained. */
function ordinaryWith(model: LayersModel, layers: AdaptedLayers, name: string | undefined): LayersModel {
  const before = activeOf(layers);
  useOf(layers, name);
  try {
    const ordinary = merge(model);
    for (const { layer } of placedIn(ordinary)) (layer as { trainable: boolean }).trainable = true;
    return ordinary;
  } finally {
    useOf(layers, before);
  }
}

function layerAt(layers: AdaptedLayers, path: string): AdaptedLayer {
  const found = layers.find((placed) => placed.path === path);
  if (!found)
    throw new RangeError(
      `adapt: the model has no layer ${shown(path)} that can be adapted; give it the model that it was made for`,
    );
  return found.layer;
}
