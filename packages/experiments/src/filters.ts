import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { FactorizedConv2D, FactorizedDense, LowRankDense } from "@weightcast/core";
import { sizeOf } from "@weightcast/dictionary";
import type { FilterPicture } from "./record";

/** Dictionaries whose atom j belongs to input coordinate j, so that V holds the weights of pixels. */
const ofPixels: ReadonlySet<string> = new Set(["kernel", "identity"]);

/** Pictures of filters, and the grid they are on. */
interface Filters {
  readonly domain: readonly number[];
  readonly filters: readonly FilterPicture[];
}

/** How many filters are kept of images' size, and of a kernel's. */
const most = { images: 10, kernels: 48 };

/**
 * Filters of a network's first layer, spread evenly over its units: columns of W, and where W is predicted from
 * pixels, the learned ones (as Denil et al. 2013, Figure 1). Of a convolution on the grid of its kernel, with channels.
 * @param shape of the images
 */
export function firstFilters(model: LayersModel, shape: readonly number[]): Filters {
  const layer = model.layers.find((candidate) => candidate.getWeights().length > 0)!;
  const [columns, grid] = tf.tidy(() => {
    const weights = weightsOf(layer);
    const flat = tf.reshape(weights, [-1, weights.shape.at(-1)!]);
    return [tf.transpose(flat).arraySync() as number[][], weights.shape.slice(0, -1)] as const;
  });
  const ofImages = grid.length === 1;
  const pictures = Math.min(ofImages ? most.images : most.kernels, columns.length);
  const filters = Array.from({ length: pictures }, (_, i) => {
    const unit = Math.floor((i * columns.length) / pictures);
    const learned = learnedPixels(layer, unit, columns[unit]!);
    return { ...(learned && { learned }), predicted: levelsOf(columns[unit]!) };
  });
  return { domain: ofImages ? shape : grid, filters };
}

/** W, [n_v, n_h] or [rows, columns, channels, n_h]. */
function weightsOf(layer: layers.Layer): tf.Tensor {
  if (layer instanceof FactorizedDense || layer instanceof LowRankDense || layer instanceof FactorizedConv2D)
    return layer.weightMatrix();
  return layer.getWeights()[0]!;
}

function learnedPixels(layer: layers.Layer, unit: number, filter: readonly number[]): FilterPicture["learned"] {
  const factorized = layer instanceof FactorizedDense || layer instanceof FactorizedConv2D;
  if (!factorized || !ofPixels.has(layer.recipe.name)) return undefined;
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

/** Pixels of a filter as they are in it, every channel: where V has another basis it does not hold them. */
function pixelsOf(filter: readonly number[], places: readonly number[], channels: number): FilterPicture["learned"] {
  const levels = levelsOf(filter);
  return places.flatMap((place) =>
    Array.from({ length: channels }, (_, channel) => {
      const index = place * channels + channel;
      return { index, level: levels[index]! };
    }),
  );
}

/** Numbers as whole levels: 127 is the largest magnitude. */
function levelsOf(values: readonly number[]): number[] {
  const largest = Math.max(...values.map(Math.abs)) || 1;
  return values.map((value) => Math.round((127 * value) / largest) + 0);
}
