import { type Layer, placedIn } from "./parts";

/** Disposes all of a model's tensors, those of nested models and wrappers too, which `model.dispose()` leaves. */
export function freeModel(model: Layer): void {
  for (const { layer } of placedIn(model)) freeLayer(layer);
}

/** Disposes a layer's tensors, even if no model uses it, for which `layer.dispose()` throws. */
export const freeLayer = (layer: Layer): void =>
  void (layer as unknown as { disposeWeights(): number }).disposeWeights();
