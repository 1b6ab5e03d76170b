import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { FactorizedDense, LowRankDense } from "@weightcast/core";
import type { FilterPicture } from "./record";

/** Dictionaries whose atom j belongs to input coordinate j, so that V holds the weights of pixels. */
const ofPixels: ReadonlySet<string> = new Set(["kernel", "identity"]);

/**
 * Filters of a network's first layer, spread evenly over its units: columns of W, and where W is predicted from
 * pixels, the learned ones (as Denil et al. 2013, Figure 1).
 * @param count how many @default 10
 */
export function firstFilters(model: LayersModel, count = 10): FilterPicture[] {
  const layer = model.layers.find((candidate) => candidate.getWeights().length > 0)!;
  const filters = tf.tidy(() => tf.transpose(weightMatrix(layer)).arraySync()) as number[][];
  const pictures = Math.min(count, filters.length);
  return Array.from({ length: pictures }, (_, i) => {
    const unit = Math.floor((i * filters.length) / pictures);
    const learned = learnedPixels(layer, unit);
    return { ...(learned && { learned }), predicted: levelsOf(filters[unit]!) };
  });
}

function weightMatrix(layer: layers.Layer): tf.Tensor2D {
  if (layer instanceof FactorizedDense) return layer.weightMatrix();
  return layer instanceof LowRankDense ? layer.weightMatrix() : (layer.getWeights()[0] as tf.Tensor2D);
}

function learnedPixels(layer: layers.Layer, unit: number): FilterPicture["learned"] {
  if (!(layer instanceof FactorizedDense) || !ofPixels.has(layer.recipe.name)) return undefined;
  const width = layer.units / layer.columns;
  const column = Math.floor(unit / width);
  const v = layer.getWeights()[0]!.dataSync();
  const indices = layer.indices()[column]!;
  const levels = levelsOf(indices.map((_, k) => v[(column * layer.rank + k) * width + (unit % width)]!));
  return indices.map((index, k) => ({ index, level: levels[k]! }));
}

/** Numbers as whole levels: 127 is the largest magnitude. */
function levelsOf(values: readonly number[]): number[] {
  const largest = Math.max(...values.map(Math.abs)) || 1;
  return values.map((value) => Math.round((127 * value) / largest) + 0);
}
