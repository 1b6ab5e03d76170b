import { isMergeable, type Layer, partsOf } from "./parts";

/** Class and configuration from which tf.layers makes a layer. */
export interface SavedLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A layer as it is saved, with the ordinary layers in place of those that stand for them. */
export function ordinaryConfig(layer: Layer, saved: SavedLayer): SavedLayer {
  if (isMergeable(layer)) {
    const { className, config } = layer.standsFor();
    return { ...saved, className, config: { ...config, dtype: layer.dtype } };
  }
  const parts = partsOf(layer);
  if (!parts) return saved;
  const { layers, layer: inner } = saved.config as { readonly layers?: SavedLayer[]; readonly layer?: SavedLayer };
  const within = layers
    ? { layers: layers.map((one, i) => ordinaryConfig(parts[i]!, one)) }
    : { layer: ordinaryConfig(parts[0]!, inner!) };
  return { ...saved, config: { ...saved.config, ...within } };
}
