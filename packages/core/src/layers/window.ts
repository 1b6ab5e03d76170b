import * as tf from "@tensorflow/tfjs-core";
import { quoted } from "@weightcast/dictionary";
import { checkCount, defined } from "./basics";

/** Height and width of a window and the like. */
export type Pair = readonly [number, number];

/** Window of a convolution, and its movement over an image. */
export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly padding: "valid" | "same";
}

/** Options of a layer whose window moves over as many axes as `Size` has numbers. */
export interface WindowOptions<Size> {
  /** Height and width of the window; a number is both. */
  readonly kernelSize: Size;
  /** Steps between neighboring places. @default 1 */
  readonly strides?: Size;
  /** `valid` places the window within the image, `same` pads the image with zeros. @default "valid" */
  readonly padding?: "valid" | "same";
  /**
   * Steps between the inputs of one place. Above 1, TensorFlow.js has no gradient with respect to the image (nor, weights
   * first, the filter): such a layer can be trained only inputs first, and only if no layer below it is. @default 1
   */
  readonly dilationRate?: Size;
}

/** Largest size of a window or step, above any image: kernels of an engine count in 32 bits, and give other numbers beyond. */
const largest = 2 ** 24;

/**
 * Window of a two-dimensional layer's options.
 * @throws RangeError if kernelSize is missing, sizes are not integers in [1, 2²⁴], padding is neither "valid" nor "same",
 *   strides and dilation are both above 1, or the `dataFormat` of tf.layers puts channels first
 */
export function windowOf(who: string, options: WindowOptions<number | Pair>): Window {
  const { padding = "valid" } = options;
  checkChannelsLast(who, options);
  if (padding !== "valid" && padding !== "same")
    throw new RangeError(`${who}: padding must be "valid" or "same"; got ${quoted(padding)}`);
  const pair = (name: "kernelSize" | "strides" | "dilationRate"): Pair => {
    const value = name === "kernelSize" ? options[name] : (options[name] ?? 1);
    if (typeof value !== "number" && !(Array.isArray(value) && value.length === 2))
      throw new RangeError(`${who}: ${name} must be a number or [height, width]; got ${quoted(value)}`);
    const [height, width] = typeof value === "number" ? [value, value] : value;
    for (const size of [height, width]) {
      checkCount(who, name, size);
      if (size > largest) throw new RangeError(`${who}: ${name} must be at most ${largest}; got ${size}`);
    }
    return [height, width];
  };
  const window = { kernel: pair("kernelSize"), strides: pair("strides"), dilations: pair("dilationRate"), padding };
  const above = (sizes: Pair) => sizes.some((size) => size > 1);
  if (above(window.strides) && above(window.dilations))
    throw new RangeError(
      `${who}: strides or dilationRate must be 1, as TensorFlow.js has no convolution with both; got ${window.strides} and ${window.dilations}`,
    );
  return window;
}

/**
 * `dataFormat` is an option of tf.layers that these layers do not have, but callers without types may give it.
 * @throws RangeError unless channels come last
 */
function checkChannelsLast(who: string, options: object): void {
  const { dataFormat = "channelsLast" } = options as { readonly dataFormat?: unknown };
  if (dataFormat !== "channelsLast")
    throw new RangeError(`${who}: dataFormat must be "channelsLast"; got ${quoted(dataFormat)}; transpose the input`);
}

/** Configuration of a layer's window options. */
export function windowConfig({ kernelSize, strides, padding, dilationRate }: WindowOptions<number | Pair>) {
  const plain = (value: number | Pair | undefined) => (typeof value === "object" ? [...value] : value);
  const sizes = { kernelSize: plain(kernelSize), strides: plain(strides), dilationRate: plain(dilationRate) };
  return defined({ ...sizes, padding });
}

/** Window options of the ordinary two-dimensional convolution. */
export function ordinaryWindow({ kernel, strides, padding, dilations }: Window) {
  const pair = ([height, width]: Pair): [number, number] => [height, width];
  return { kernelSize: pair(kernel), strides: pair(strides), padding, dilationRate: pair(dilations) };
}

/** Number of entries of a window, of one channel. */
export const areaOf = ({ kernel }: Window): number => kernel[0] * kernel[1];

type Size = number | null;

/** Number of the window's places along [height, width]; null if it depends on the image. */
export function outputSize(
  { kernel, strides, dilations, padding }: Window,
  image: readonly [Size, Size],
): [Size, Size] {
  const places = (axis: 0 | 1): Size => {
    const length = image[axis];
    if (length === null) return null;
    const covered = padding === "same" ? 1 : (kernel[axis] - 1) * dilations[axis] + 1;
    return Math.floor((length - covered) / strides[axis]) + 1;
  };
  return [places(0), places(1)];
}

/** Number of the window's places along [height, width] of given images. */
export const placesOf = (window: Window, [, height, width]: tf.Tensor4D["shape"]): [number, number] =>
  outputSize(window, [height, width]) as [number, number];

/** Whether the window has one place, the whole image without padding: the convolution is then a dense layer. */
export function covers(window: Window, [height, width]: readonly [Size, Size]): boolean {
  const { kernel, dilations } = window;
  const [rows, cols] = outputSize(window, [height, width]);
  return (
    height === kernel[0] && width === kernel[1] && rows === 1 && cols === 1 && dilations.every((rate) => rate === 1)
  );
}

/**
 * [height, width, channels] of images [batch, height, width, channels] that the window fits.
 * @param axes names of the axes between batch and channels, for messages
 * @throws RangeError if the input has another rank, or is smaller than an unpadded window
 */
export function imageOf(who: string, shape: readonly Size[], window: Window, axes: string): [Size, Size, number] {
  const [, height = null, width = null, channels] = shape;
  if (shape.length !== 4 || typeof channels !== "number")
    throw new RangeError(`${who}: the input must be [batch, ${axes}, channels]; got [${shape.join(", ")}]`);
  if (outputSize(window, [height, width]).some((places) => places !== null && places < 1))
    throw new RangeError(
      `${who}: a window of [${window.kernel}] does not fit an image of [${height}, ${width}]; make it smaller, or choose padding "same"`,
    );
  return [height, width, channels];
}

/** E‖patch‖² over the batch and the window's places, for patches of all channels. */
export function patchSquare(x: tf.Tensor4D, { kernel, strides, dilations, padding }: Window): tf.Scalar {
  return tf.tidy(() => {
    const squares = tf.sum<tf.Tensor4D>(tf.square(x), 3, true);
    return tf.mean(tf.conv2d(squares, tf.ones([...kernel, 1, 1]), [...strides], padding, "NHWC", [...dilations]));
  });
}
