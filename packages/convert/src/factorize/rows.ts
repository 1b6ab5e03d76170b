import type * as tf from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import type { ConvertibleLayer } from "../layers/layers-of";

/** Geometry of a convolution's patches. */
interface Patches {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: string;
}

/**
 * Rows of a layer's input that its weights multiply: of a dense layer the examples, of a convolution patches at random places,
 * [rows, h·w·C] ordered (row, column, channel), of a depthwise convolution patches of one channel each, [rows · C, h·w]. The same
 * seed gives the same places.
 * @param x input of the layer
 * @param most largest number of rows, or of places
 */
export function rowsOf({ className, layer }: ConvertibleLayer, x: tf.Tensor, most: number, seed: string): Matrix {
  const data = x.dataSync<"float32">();
  if (className === "Dense") {
    const cols = x.shape.at(-1)!;
    return { rows: Math.min(most, data.length / cols), cols, data: data.slice(0, most * cols) };
  }
  const patches = patchesOf(layer.getConfig() as unknown as WindowConfig);
  // One axis is an image of one row.
  const shape = x.shape.length === 3 ? [x.shape[0]!, 1, x.shape[1]!, x.shape[2]!] : x.shape;
  const all = cutPatches(data, shape as [number, number, number, number], patches, most, seed);
  return className === "DepthwiseConv2D" ? channelByChannel(all, shape[3]!) : all;
}

/** Window in the configuration of a convolution of tf.layers, which lists a number for each axis. */
interface WindowConfig {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: string;
}

function patchesOf({ kernelSize, strides, dilationRate, padding }: WindowConfig): Patches {
  const pair = ([first, second]: readonly number[]): [number, number] =>
    second === undefined ? [1, first!] : [first!, second];
  return { kernel: pair(kernelSize), strides: pair(strides), dilations: pair(dilationRate), padding };
}

function cutPatches(
  data: Float32Array,
  [batch, height, width, channels]: readonly [number, number, number, number],
  { kernel, strides, dilations, padding }: Patches,
  most: number,
  seed: string,
): Matrix {
  const same = padding === "same";
  const along = (length: number, axis: 0 | 1) => {
    const covered = (kernel[axis] - 1) * dilations[axis] + 1;
    const places = same ? Math.ceil(length / strides[axis]) : Math.floor((length - covered) / strides[axis]) + 1;
    const before = same ? Math.max(0, (places - 1) * strides[axis] + covered - length) >> 1 : 0;
    return { places, before };
  };
  const [down, across] = [along(height, 0), along(width, 1)];
  const total = batch * down.places * across.places;
  const rows = Math.min(most, total);
  const { uniform } = stream(0, seed);
  const cols = kernel[0] * kernel[1] * channels;
  const patches = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const place = rows === total ? row : Math.floor(uniform() * total);
    const image = Math.floor(place / (down.places * across.places));
    const top = (Math.floor(place / across.places) % down.places) * strides[0] - down.before;
    const left = (place % across.places) * strides[1] - across.before;
    for (let i = 0; i < kernel[0]; i++)
      for (let j = 0; j < kernel[1]; j++) {
        const [y, x] = [top + i * dilations[0], left + j * dilations[1]];
        if (y < 0 || y >= height || x < 0 || x >= width) continue; // padding: zeros
        const from = ((image * height + y) * width + x) * channels;
        patches.set(data.subarray(from, from + channels), row * cols + (i * kernel[1] + j) * channels);
      }
  }
  return { rows, cols, data: patches };
}

/** Patches [rows, area · C] as patches of single channels: [rows · C, area]. */
function channelByChannel({ rows, cols, data }: Matrix, channels: number): Matrix {
  const area = cols / channels;
  const apart = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let place = 0; place < area; place++)
      for (let channel = 0; channel < channels; channel++)
        apart[(row * channels + channel) * area + place] = data[row * cols + place * channels + channel]!;
  return { rows: rows * channels, cols: area, data: apart };
}
