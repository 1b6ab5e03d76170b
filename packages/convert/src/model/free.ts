import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FactorizedLayer, isFactorized, leavesOf } from "@weightcast/core";

/** Disposes all of a model's tensors, those of nested models and wrappers too, which `model.dispose()` leaves. */
export function freeModel(model: LayersModel): void {
  for (const layer of leavesOf(model)) if (isFactorized(layer)) layer.fixed().dispose();
  for (const weight of model.weights) weight.dispose();
}

/** Disposes the tensors of a layer that no model uses yet, for which `layer.dispose()` throws. */
export function freeLayer(layer: FactorizedLayer): void {
  layer.fixed().dispose();
  for (const weight of layer.weights) weight.dispose();
}
