import type * as tfl from "@tensorflow/tfjs-layers";

/** Layers whose call draws unseeded numbers or changes weights that are no part of a training state. */
const impure: ReadonlySet<string> = new Set([
  "AlphaDropout",
  "BatchNormalization",
  "Dropout",
  "GaussianDropout",
  "GaussianNoise",
  "SpatialDropout1D",
]);

/**
 * Refuses models that a step would train silently wrong.
 * @param logits whether the loss applies softmax itself
 * @throws TypeError naming the layer and what to do
 */
export function assertPure(model: tfl.LayersModel, logits: boolean): void {
  if (model.outputs.length !== 1)
    throw new TypeError(`createStep: the model must have one output; got ${model.outputs.length}`);
  const layers = leaves(model);
  for (const layer of layers) {
    const kind = layer.getClassName();
    if (impure.has(kind) || layer.stateful)
      throw new TypeError(
        `createStep: a step must be a pure function, and layer "${layer.name}" (${kind}) keeps state of its own; leave the layer out`,
      );
    if (layer.losses.length > 0)
      throw new TypeError(
        `createStep: layer "${layer.name}" has a regularizer, which only model.fit applies; use the option weightDecay instead`,
      );
    const constrained = layer.trainableWeights.find((weight) => weight.constraint);
    if (constrained)
      throw new TypeError(
        `createStep: weight "${constrained.name}" has a constraint, which only model.fit applies; use the option maxColumnNorm instead`,
      );
  }
  const last = model.outputs[0]!.sourceLayer;
  if (logits && endsInSoftmax(last))
    throw new TypeError(
      `createStep: softmaxCrossEntropy takes logits, and the last layer, "${last.name}", applies softmax already; give it no activation`,
    );
}

function endsInSoftmax(layer: tfl.layers.Layer): boolean {
  return layer.getClassName() === "Softmax" || layer.getConfig().activation === "softmax";
}

/** The layers of a model, those of nested models and wrappers included. */
function leaves(layer: tfl.layers.Layer): tfl.layers.Layer[] {
  const { layers, layer: wrapped } = layer as { layers?: tfl.layers.Layer[]; layer?: tfl.layers.Layer };
  const inner = [...(layers ?? []), ...(wrapped ? [wrapped] : [])];
  return inner.length === 0 ? [layer] : inner.flatMap(leaves);
}
