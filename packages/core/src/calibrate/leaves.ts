import type { layers } from "@tensorflow/tfjs-layers";

type Layer = layers.Layer;

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

/**
 * Layer that runs at every step of a sequence, under one TimeDistributed or several within each other.
 * @returns the layer itself, and `depth` 0, if it is in no such wrapper
 */
export function stepLayerOf(outer: Layer): { readonly layer: Layer; readonly depth: number } {
  const inner = outer.getClassName() === "TimeDistributed" ? innerLayers(outer)?.[0] : undefined;
  if (!inner) return { layer: outer, depth: 0 };
  const { layer, depth } = stepLayerOf(inner);
  return { layer, depth: depth + 1 };
}
