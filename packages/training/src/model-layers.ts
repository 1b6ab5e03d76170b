import type * as tfl from "@tensorflow/tfjs-layers";

/** The layers of a model, each once, those of nested models and wrappers included. */
export function leaves(model: tfl.layers.Layer): readonly tfl.layers.Layer[] {
  const all = (layer: tfl.layers.Layer): tfl.layers.Layer[] => {
    const { layers, layer: wrapped } = layer as { layers?: tfl.layers.Layer[]; layer?: tfl.layers.Layer };
    const inner = [...(layers ?? []), ...(wrapped ? [wrapped] : [])];
    return inner.length === 0 ? [layer] : inner.flatMap(all);
  };
  return [...new Set(all(model))];
}
