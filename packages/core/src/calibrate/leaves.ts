import type { LayersModel, layers } from "@tensorflow/tfjs-layers";

type Layer = layers.Layer;

/** Layers of a model in order, those of nested models in place of the model; wrappers count as one layer. */
export const unnested = (model: Pick<LayersModel, "layers">): Layer[] =>
  model.layers.flatMap((layer) => ("layers" in layer ? unnested(layer as LayersModel) : layer));

/**
 * Leaves of a model: its layers in order, each once, with the layers of nested models and of wrappers (TimeDistributed,
 * Bidirectional) in place of these. A layer that contains no other is its own leaf.
 */
export function leavesOf(model: Layer): Layer[] {
  const within = innerLayers(model);
  return within ? [...new Set(within.flatMap(leavesOf))] : [model];
}

/** Layers that tf.layers' containers and wrappers hold, by the names of their properties there. */
function innerLayers(outer: Layer): readonly Layer[] | undefined {
  const { layers, layer, forwardLayer, backwardLayer } = outer as {
    readonly layers?: readonly Layer[];
    readonly layer?: Layer;
    readonly forwardLayer?: Layer;
    readonly backwardLayer?: Layer;
  };
  // Bidirectional's `layer` is only the template of the two that run.
  if (forwardLayer && backwardLayer) return [forwardLayer, backwardLayer];
  return layers ?? (layer && [layer]);
}
