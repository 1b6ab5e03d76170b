import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { PredictableLayer } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { type Matrix, sizeOf } from "@weightcast/types";

/** Images that go through the layers below at a time, where maps are large. */
const chunk = 100;

/** Options of {@link layerInputs}. */
export interface LayerInputsOptions {
  /** Layers below, from the network's input to this layer's; undefined for the first layer. */
  readonly below: LayersModel | undefined;
  /** Shape of one image as the network takes it. */
  readonly shape: readonly number[];
  readonly seed: number;
}

/**
 * Samples of a layer's inputs over the grid of its dictionary, for dictionaries and choices made from data. A flat input is
 * one sample. Of a map, each image gives one of the layer's windows, drawn uniformly from `stream(seed, "windows/<layer>")` and padded
 * as the layer pads; each of its channels is a sample where channels share the dictionary.
 * @param images batches of images, each [batch, prod(shape)]
 * @returns batches [batch, prod(kernel)]
 * @throws RangeError for images that are not the inputs of a layer without layers below
 */
export function layerInputs(
  layer: PredictableLayer,
  images: Iterable<Matrix>,
  { below, shape, seed }: LayerInputsOptions,
): Iterable<Matrix> {
  const length = sizeOf(layer.input);
  const inputs = checked(
    below ? outputs(below, images, shape, layer.input.length === 1 ? undefined : chunk) : images,
    layer.name,
    length,
  );
  return layer.input.length === 1 ? inputs : windows(layer, inputs, seed);
}

/** @throws RangeError for a batch whose rows are not inputs of the layer */
function* checked(batches: Iterable<Matrix>, layer: string, length: number): Iterable<Matrix> {
  for (const batch of batches) {
    if (batch.cols !== length)
      throw new RangeError(
        `layerInputs: rows must be the ${length} inputs of layer ${layer}; got ${batch.cols} numbers`,
      );
    yield batch;
  }
}

/** Outputs of a model for batches of images. @param size images at a time @default the whole batch */
function* outputs(
  model: LayersModel,
  batches: Iterable<Matrix>,
  shape: readonly number[],
  size?: number,
): Iterable<Matrix> {
  for (const { rows: all, cols, data } of batches)
    for (let start = 0; start < all; start += size ?? all) {
      const rows = Math.min(size ?? all, all - start);
      const given = data.subarray(start * cols, (start + rows) * cols);
      const output = tf.tidy(() => model.apply(tf.tensor(given, [rows, ...shape], "float32")) as tf.Tensor);
      const values = output.dataSync<"float32">().slice();
      output.dispose();
      yield { rows, cols: values.length / rows, data: values };
    }
}

/** One window per map. */
function* windows(layer: PredictableLayer, maps: Iterable<Matrix>, seed: number): Iterable<Matrix> {
  const [height, width, depth] = layer.input as readonly [number, number, number];
  const [rows, columns] = layer.kernel as readonly [number, number];
  const { strides, padding } = layer.window!;
  const places = [axis(height, rows, strides, padding), axis(width, columns, strides, padding)] as const;
  const { integer } = stream(seed, `windows/${layer.name}`);
  const { channels } = layer;
  const size = sizeOf(layer.kernel);
  const each = depth / channels; // channels of one sample: all where nothing is shared
  for (const { rows: count, cols, data } of maps) {
    const samples = new Float32Array(count * channels * size);
    for (let i = 0; i < count; i++) {
      const top = integer(places[0].count) * strides - places[0].before;
      const left = integer(places[1].count) * strides - places[1].before;
      for (let y = Math.max(0, -top); y < Math.min(rows, height - top); y++)
        for (let x = Math.max(0, -left); x < Math.min(columns, width - left); x++) {
          const from = i * cols + ((top + y) * width + left + x) * depth;
          for (let c = 0; c < depth; c++) {
            const sample = i * channels + (channels === 1 ? 0 : c);
            samples[sample * size + (y * columns + x) * each + (channels === 1 ? c : 0)] = data[from + c]!;
          }
        }
    }
    yield { rows: count * channels, cols: size, data: samples };
  }
}

/** Places of a window on an axis, and how many zeros come before the map, as TensorFlow pads. */
function axis(length: number, size: number, strides: number, padding: "same" | "valid") {
  if (padding === "valid") return { count: Math.floor((length - size) / strides) + 1, before: 0 };
  const count = Math.ceil(length / strides);
  return { count, before: Math.floor(Math.max(0, (count - 1) * strides + size - length) / 2) };
}
