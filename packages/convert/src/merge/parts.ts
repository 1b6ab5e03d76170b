import type { layers } from "@tensorflow/tfjs-layers";
import { type FactorizedLayer, isFactorized, LowRankDense } from "@weightcast/core";

export type Layer = layers.Layer;

/** Layers that a model or a wrapper (TimeDistributed) consists of; undefined for a layer that has its weights itself. */
export function partsOf(outer: Layer): readonly Layer[] | undefined {
  const { layers, layer } = outer as { readonly layers?: readonly Layer[]; readonly layer?: Layer };
  if (layers) return layers;
  return outer.getClassName() === "TimeDistributed" && layer ? [layer] : undefined;
}

/** Whether a layer stands for an ordinary one. */
export const isMergeable = (layer: Layer): layer is FactorizedLayer | LowRankDense =>
  isFactorized(layer) || layer instanceof LowRankDense;
