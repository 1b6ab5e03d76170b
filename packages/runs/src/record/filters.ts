import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { FactorizedConv2D, FactorizedDense, LowRankDense } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import type { FilterPicture } from "./record";

/** Pictures of filters, and the grid that they are on. */
export interface Filters {
  readonly domain: readonly number[];
  readonly filters: readonly FilterPicture[];
}

/** Filters kept, of the size of images and of the size of kernels. */
const most = { images: 10, kernels: 48 };

/**
 * Pictures of the filters of a network's first layer, spread evenly over its units: columns of W, and if W is predicted from
 * pixels, the learned ones (as in Denil et al. 2013, Figure 1); or its fixed filters, if they are mixed after an activation. Those of a convolution are on the grid of its kernel, with channels.
 * @param shape shape of the images
 */
export function firstFilters(model: LayersModel, shape: readonly number[]): Filters {
  const layer = model.layers.find((candidate) => candidate.getWeights().length > 0)!;
  const [units, columns, grid] = tf.tidy(() => {
    const weights = weightsOf(layer);
    const outputs = weights.shape.at(-1)!;
    const shown = Math.min(weights.rank === 2 ? most.images : most.kernels, outputs);
    const chosen = Array.from({ length: shown }, (_, i) => Math.floor((i * outputs) / shown));
    const some = tf.gather(tf.reshape(weights, [-1, outputs]), tf.tensor1d(chosen, "int32"), 1);
    return [chosen, tf.transpose(some).arraySync() as number[][], weights.shape.slice(0, -1)] as const;
  });
  const ofImages = grid.length === 1;
  const filters = units.map((unit, i) => {
    const learned = learnedPixels(layer, unit, columns[i]!);
    return { ...(learned && { learned }), predicted: levelsOf(columns[i]!) };
  });
  return { domain: ofImages ? shape : grid, filters };
}

/** W, [n_v, n_h] or [rows, columns, channels, n_h]; of a layer whose fixed filters are mixed after a rectifier, these. */
function weightsOf(layer: layers.Layer): tf.Tensor {
  if (layer instanceof FactorizedConv2D && hasFixedFilters(layer))
    return tf.reshape(layer.atoms(), [...layer.recipe.domain, 1, layer.rank]);
  if (layer instanceof FactorizedDense || layer instanceof LowRankDense || layer instanceof FactorizedConv2D)
    return layer.weightMatrix();
  return layer.getWeights()[0]!;
}

/** Whether a layer mixes the maps of fixed filters after an activation, and so has no W. */
const hasFixedFilters = (layer: FactorizedConv2D): boolean => layer.mapActivation !== undefined;

function learnedPixels(layer: layers.Layer, unit: number, filter: readonly number[]): FilterPicture["learned"] {
  const factorized = layer instanceof FactorizedDense || layer instanceof FactorizedConv2D;
  if (!factorized || !isOfPixels(layer.recipe.name)) return undefined;
  if (layer instanceof FactorizedConv2D && hasFixedFilters(layer)) return undefined;
  const outputs = layer instanceof FactorizedDense ? layer.units : layer.filters;
  const width = outputs / layer.columns;
  const column = Math.floor(unit / width);
  const indices = layer.indices()[column]!;
  const { basis } = layer.getConfig();
  if (layer instanceof FactorizedConv2D || (basis !== undefined && basis !== "atoms"))
    return pixelsOf(filter, indices, filter.length / sizeOf(layer.recipe.domain));
  const v = layer.getWeights()[0]!.dataSync();
  const levels = levelsOf(indices.map((_, k) => v[(column * layer.rank + k) * width + (unit % width)]!));
  return indices.map((index, k) => ({ index, level: levels[k]! }));
}

/** Whether atom j of a dictionary stands for pixel j, so that V holds the weights of pixels. */
const isOfPixels = (name: string): boolean =>
  dictionaries.has(name) && dictionaries.get(name).traits?.coordinates === true;

/** Pixels of a filter as they are in it, in every channel: V does not hold them when it has another basis. */
function pixelsOf(filter: readonly number[], places: readonly number[], channels: number): FilterPicture["learned"] {
  const levels = levelsOf(filter);
  return places.flatMap((place) =>
    Array.from({ length: channels }, (_, channel) => {
      const index = place * channels + channel;
      return { index, level: levels[index]! };
    }),
  );
}

/** Numbers as integer levels: 127 is the largest magnitude. */
export function levelsOf(values: readonly number[]): number[] {
  const largest = Math.max(...values.map(Math.abs)) || 1;
  return values.map((value) => Math.round((127 * value) / largest) + 0);
}
