import type { layers } from "@tensorflow/tfjs-layers";

export type Layer = layers.Layer;

/** Layers that a model or a wrapper (TimeDistributed) consists of; undefined for a layer that has its weights itself. */
export function partsOf(outer: Layer): readonly Layer[] | undefined {
  const { layers, layer } = outer as { readonly layers?: readonly Layer[]; readonly layer?: Layer };
  if (layers) return layers;
  return outer.getClassName() === "TimeDistributed" && layer ? [layer] : undefined;
}

/** A layer of a model, with the names on the way to it. */
export interface Placed {
  /** Name of the layer, after the names of the models and wrappers around it: `"encoder/hidden"`. */
  readonly path: string;
  readonly layer: Layer;
}

/** Layers of a model that have their weights themselves, in order, each once, under the path where it is first met. */
export function placedIn(model: Layer): readonly Placed[] {
  const met = new Map<Layer, string>();
  const visit = (outer: Layer, above: string): void => {
    for (const layer of partsOf(outer) ?? []) {
      const path = `${above}${layer.name}`;
      if (partsOf(layer)) visit(layer, `${path}/`);
      else if (!met.has(layer)) met.set(layer, path);
    }
  };
  visit(model, "");
  return [...met].map(([layer, path]) => ({ path, layer }));
}
