import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { type Layer, partsOf } from "./parts";

/** Layer that takes another one's place. */
export interface Replacement {
  /** New layer, not built yet, with the name and the input shape of the one that it replaces. */
  readonly layer: Layer;
  /** Sets its weights, once it is built. @default they stay as they are */
  readonly fill?: (built: Layer) => void;
}

/**
 * Copy of a model in which some layers are replaced. All else is copied with its weights; layers keep their names, and whether they
 * are trained. The model may branch, share layers, and contain models and TimeDistributed layers; the optimizer is left out.
 *
 * A layer that both a model and one within it use becomes two layers with the same weights, as in every saved model of tf.layers.
 *
 * @param replace asked for each layer that has its weights itself, for each place where it is copied to; undefined copies the layer
 * @returns a new model, with weights of its own
 * @throws Error for a layer of a class that TensorFlow.js can't make again, because it is not registered; what was made before is freed
 */
export function rebuild(model: LayersModel, replace: (layer: Layer) => Replacement | undefined): LayersModel {
  const { constructor: type } = model as unknown as { constructor: ModelClass };
  const replacements = new Map<Layer, Replacement>();
  const placed = placeholders();
  try {
    const saved = { className: model.getClassName(), config: model.getConfig() };
    const { config } = substituted(model, saved, (layer) => {
      const replacement = replace(layer);
      if (!replacement) return;
      replacements.set(layer, replacement);
      return placed.put(replacement.layer);
    });
    const copy = type.fromConfig(type, config);
    fill(model, copy, replacements);
    return copy;
  } finally {
    placed.clear();
  }
}

/** Class and configuration from which tf.layers makes a layer. */
interface SavedLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

type ModelClass = { fromConfig(type: ModelClass, config: SavedLayer["config"]): LayersModel };

/** A layer as it is saved, with the layers that `put` gives in place of those within it. */
function substituted(layer: Layer, saved: SavedLayer, put: (layer: Layer) => SavedLayer | undefined): SavedLayer {
  const parts = partsOf(layer);
  if (!parts) return { ...saved, ...put(layer) };
  const { layers, layer: inner } = saved.config as { readonly layers?: SavedLayer[]; readonly layer?: SavedLayer };
  const within = layers
    ? { layers: layers.map((one, i) => substituted(parts[i]!, one, put)) }
    : { layer: substituted(parts[0]!, inner!, put) };
  return { ...saved, config: { ...saved.config, ...within } };
}

/** Gives the copy of a layer, and of the layers in it, its weights. */
function fill(original: Layer, copy: Layer, replacements: ReadonlyMap<Layer, Replacement>): void {
  const parts = partsOf(original);
  if (parts) {
    const copies = new Map(partsOf(copy)!.map((part) => [part.name, part]));
    for (const part of parts) fill(part, copies.get(part.name)!, replacements);
  } else {
    const replacement = replacements.get(original);
    if (replacement) replacement.fill?.(copy);
    else if (original.weights.length > 0) copy.setWeights(original.getWeights());
  }
  copy.trainable = original.trainable;
}

/** Layers that are ready, by the number under which a configuration names them: a model is made from configurations only. */
const ready = new Map<number, Layer>();
let last = 0;

/** Class that stands in a configuration for a layer that is ready. */
class Placeholder extends layers.Layer {
  /** @nocollapse */
  static readonly className = "WeightcastPlaceholder";

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    _: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return ready.get(config.number as number) as unknown as T;
  }
}

/** Placeholders of one model. */
function placeholders() {
  tf.serialization.registerClass(Placeholder);
  const numbers: number[] = [];
  return {
    put(layer: Layer): SavedLayer {
      numbers.push(++last);
      ready.set(last, layer);
      return { className: Placeholder.className, config: { number: last } };
    },
    clear(): void {
      for (const number of numbers) ready.delete(number);
    },
  };
}
