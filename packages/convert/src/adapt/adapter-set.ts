import type { AdaptedLayer, AdapterForm } from "@weightcast/core";
import { checkAdapterName } from "@weightcast/core";
import { checkOptions, shown } from "@weightcast/dictionary";
import { type Choose, chosenOf } from "../layers/choose";
import { type ConvertibleLayer, factsOf } from "../layers/layers-of";

/** Form of what is added to a layer, or a function of the layer that makes it. */
export type FormFor = AdapterForm | ((layer: ConvertibleLayer) => AdapterForm);

/** Choice of the layers that are adapted, each with its form. */
export type ChooseForm = Choose<FormFor>;

/** Options of an adapter. */
export interface AddAdapterOptions {
  /** Whether the biases of the chosen layers are learned, too. @default false */
  readonly biases?: boolean;
}

/** Layer that can have adapters. */
interface PlacedAdapted {
  readonly path: string;
  readonly layer: AdaptedLayer;
}

/** Layers that can have adapters, in order. */
export type AdaptedLayers = readonly PlacedAdapted[];

export const namesOf = (layers: AdaptedLayers): string[] => [...new Set(layers.flatMap(({ layer }) => layer.names))];

export const activeOf = (layers: AdaptedLayers): string | undefined =>
  layers.find(({ layer }) => layer.active !== undefined)?.layer.active;

export function useOf(layers: AdaptedLayers, name: string | undefined): void {
  for (const { layer } of layers) layer.use(name);
}

export function removeOf(layers: AdaptedLayers, name: string): void {
  for (const { layer } of layers) layer.remove(name);
}

/** @throws RangeError unless there is an adapter of that name */
export function checkThere(who: string, layers: AdaptedLayers, name: string): void {
  const names = namesOf(layers);
  if (!names.includes(name))
    throw new RangeError(
      `${who}: there is no adapter ${shown(name)}; those of the model are ${names.length > 0 ? names.join(", ") : "none"}`,
    );
}

/** @throws RangeError if the name is none, or there is an adapter of that name */
function checkNew(who: string, layers: AdaptedLayers, name: string): void {
  checkAdapterName(name);
  if (namesOf(layers).includes(name))
    throw new RangeError(`${who}: the model already has an adapter ${name}; remove it first`);
}

/**
 * Adds an adapter to all of its layers, or to none.
 * @param add adds it to the layers
 */
export function addWholly(who: string, layers: AdaptedLayers, name: string, add: () => void): void {
  checkNew(who, layers, name);
  try {
    add();
  } catch (error) {
    removeOf(layers, name);
    throw error;
  }
}

/** Adds an adapter to chosen layers. */
export function addChosen(layers: AdaptedLayers, name: string, choose: ChooseForm, options?: AddAdapterOptions): void {
  const { biases = false } = checkOptions<AddAdapterOptions>("add", options, ["biases"]);
  addWholly("add", layers, name, () => {
    const facts = layers.map(({ path, layer }) => ({ path, layer, ...factsOf(layer.base) }));
    for (const { layer, choice } of chosenOf("adapt", facts, choose)) {
      const form = typeof choice === "function" ? choice(layer) : choice;
      (layer.layer as AdaptedLayer).add(name, form, { bias: biases });
    }
  });
}
