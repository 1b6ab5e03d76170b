import type { LayersModel, layers } from "@tensorflow/tfjs-layers";

/**
 * Function at the end of a model, by the name of its activation: "softmax" for probabilities of classes, "linear" for logits and numbers.
 * A softmax layer counts as that activation.
 */
export function endOf(model: LayersModel): string {
  const last = lastLayer(model);
  if (last.getClassName() === "Softmax") return "softmax";
  // An adapted layer ends as the one that it adapts.
  const { base = last } = last as { readonly base?: layers.Layer };
  const { activation } = base.getConfig();
  return typeof activation === "string" ? activation : "linear";
}

/** Layer that gives a model's outputs; of a nested model, the one within it. */
function lastLayer(model: LayersModel): layers.Layer {
  const last = model.outputLayers[0] ?? model.layers.at(-1)!;
  return "outputLayers" in last ? lastLayer(last as LayersModel) : last;
}
