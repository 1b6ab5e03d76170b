import { sizeOf } from "@weightcast/types";
import { integers, op, type Value } from "../../graph/graph";
import { reshape, transpose } from "../shapes";
import { slice } from "../slicing";
import { sliding, type Window } from "./window";

/*
 * Convolutions in the layout of ONNX Runtime's own fast kernels (MLAS): blocks of b channels side by side, [n, c/b, h, w, b]
 * in place of [n, c, h, w]. The runtime uses them by itself where a filter is constant; a filter that is being learned is not.
 */

const domain = "com.microsoft.nchwc::";

/** Images in blocks of channels, a multiple of {@link channelsAtATime}. Their number is rounded up to whole blocks, with zeros. */
export const inBlocks = (x: Value, block: number): Value =>
  op(`${domain}ReorderInput`, [x], x.shape.with(1, Math.ceil(x.shape[1]! / block) * block));

/** Images from blocks of channels. @param channels without the zeros of the last block @default all */
export const fromBlocks = (x: Value, channels = x.shape[1]!): Value =>
  op(`${domain}ReorderOutput`, [x], x.shape.with(1, channels), { channels });

/** Multiple of channels that the runtime can bring into blocks. */
const channelsAtATime = 4;

/**
 * Result of a convolution of blocks.
 * @param filter [out, in, h, w], in the order [out/b, in/b, h, w, b, b]; of one channel at a time [out, 1, h, w], in the order
 *   [out/b, 1, h, w, b], with as many groups
 * @param added value to which the result is added
 */
export function convolution(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  size: readonly number[],
  attributes: ReturnType<typeof sliding>,
  added?: Value,
): Value {
  const [outputs, , ...kernel] = filter.shape as [number, number, number, number];
  return op(`${domain}Conv`, [x, filter, bias, ...(added ? [added] : [])], [x.shape[0]!, outputs, ...size], {
    ...attributes,
    kernel_shape: kernel,
  });
}

/** Channels above which the runtime's products of matrices are as fast as its blocks. Measured for 3 × 3. */
const manyChannels = 64;

/** Whether a convolution is computed in blocks. @param filter [h, w, in, out] */
export function isBlocked(
  filter: readonly number[],
  { kernel }: Pick<Window, "kernel">,
  block: number | undefined,
): block is number {
  const [inputs, outputs] = filter.slice(2) as [number, number];
  return (
    block !== undefined &&
    sizeOf(kernel) > 1 &&
    inputs % block === 0 &&
    outputs % block === 0 &&
    Math.max(inputs, outputs) <= manyChannels
  );
}

/**
 * Convolution in blocks.
 * @param x [n, in, h, w] @param filter [h, w, in, out] @param bias [out]
 * @returns [n, out, h', w']
 */
export function blockedConvolution(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  window: Window,
  block: number,
): Value {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const split = reshape(filter, [height, width, inputs / block, block, outputs / block, block]);
  const ordered = reshape(transpose(split, [4, 2, 0, 1, 3, 5]), [outputs, inputs, height, width]);
  return fromBlocks(convolution(inBlocks(x, block), ordered, bias, window.output, sliding(window)));
}

/**
 * Whether convolutions of each channel on its own, and their gradients, are computed in blocks, the last of which may have zeros.
 * @param filter [h, w, channels, multiplier]
 */
export const isDepthwiseBlocked = (filter: readonly number[], block: number | undefined): block is number =>
  block !== undefined && filter[2]! >= block && filter[3] === 1;

/** Value with zeros at the end of an axis. */
function extended(x: Value, axis: number, length: number): Value {
  const added = x.shape.map((_, i) => (i === axis ? length - x.shape[axis]! : 0));
  if (added[axis] === 0) return x;
  return op("Pad", [x, integers([...x.shape.map(() => 0), ...added])], x.shape.with(axis, length));
}

const upTo = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

/** Images in blocks of any number of channels. */
const inWholeBlocks = (x: Value, block: number): Value =>
  inBlocks(extended(x, 1, upTo(x.shape[1]!, channelsAtATime)), block);

/**
 * Convolution of each channel on its own, in blocks.
 * @param x [n, channels, h, w] @param filter [h, w, channels, 1] @param bias [channels]
 * @returns [n, channels, h', w']
 */
export function blockedDepthwise(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  window: Window,
  block: number,
): Value {
  const [height, width, channels] = filter.shape as [number, number, number];
  const all = upTo(channels, block);
  const split = reshape(extended(filter, 2, all), [height, width, all / block, block]);
  const ordered = reshape(transpose(split, [2, 0, 1, 3]), [all, 1, height, width]);
  const attributes = { ...sliding(window), group: all };
  const whole = bias && extended(bias, 0, all);
  return fromBlocks(convolution(inWholeBlocks(x, block), ordered, whole, window.output, attributes), channels);
}

/**
 * Gradient of a convolution of each channel on its own with respect to its filter, as such a convolution: every channel of every image is
 * a channel of one image, the gradient of the output is its filter, which the blocks of channels order as it must be, and strides are dilations.
 * @param x [n, channels, h, w] @param dy [n, channels, h', w']
 * @returns [h, w, channels, 1]
 */
export function blockedDepthwiseFilterGradient(x: Value, dy: Value, window: Window, block: number): Value {
  const [images, channels] = x.shape as [number, number];
  const { kernel, strides, unused, output } = window;
  const all = upTo(channels, block);
  const size = [kernel[0] + unused[0], kernel[1] + unused[1]] as const;
  const gradient = convolution(
    padded(inWholeBlocks(x, block), window, block),
    reshape(inWholeBlocks(dy, block), [images * all, 1, ...output]),
    undefined,
    size,
    { dilations: strides, group: images * all },
  );
  const each = reshape(gradient, [images, all / block, ...size, block]);
  const sum = op("ReduceSum", [each, integers([0])], each.shape.slice(1), { keepdims: 0 });
  const ordered = reshape(transpose(sum, [1, 2, 0, 3]), [...size, all, 1]);
  return slice(ordered, [0, 0, 0, 0], [...kernel, channels, 1]);
}

/**
 * One image of all channels of all images, with the padding of the window: windows over the edge are slow where hardly any others are left.
 * @param x [n, c, h, w], in blocks @returns [1, n · c, h', w'], in blocks
 */
function padded(x: Value, { pads: [above, left, below, right], input: [rows, columns] }: Window, block: number): Value {
  const all = x.shape[0]! * x.shape[1]!;
  const [height, width] = [above + rows + below, left + columns + right];
  const whole = op(
    "Pad",
    [reshape(x, [all / block, rows, columns * block]), integers([0, above, left * block, 0, below, right * block])],
    [all / block, height, width * block],
  );
  return reshape(whole, [1, all, height, width]);
}

/** Whether the gradient with respect to a filter is computed in blocks, of channels and of images. */
export const hasBlockedGradient = (
  [images, inputs]: readonly number[],
  outputs: number,
  { kernel }: Pick<Window, "kernel">,
  block: number | undefined,
): block is number =>
  block !== undefined &&
  sizeOf(kernel) > 1 &&
  inputs! % block === 0 &&
  outputs % block === 0 &&
  images! % channelsAtATime === 0 &&
  images! >= block;

/**
 * Gradient of a convolution with respect to its filter, as a convolution in blocks: the channels act as images, the images as
 * channels, the gradient of the output as the filter, and strides as dilations.
 * @param x [n, in, h, w] @param dy [n, out, h', w']
 * @returns [h, w, in, out]
 */
export function blockedFilterGradient(x: Value, dy: Value, window: Window, block: number): Value {
  const [, inputs] = x.shape as [number, number];
  const [images, outputs, ...size] = dy.shape as [number, number, number, number];
  const blocks = Math.ceil(images / block);

  // [in, n/b, h, w, b]. Windows over the edge are slow, and hardly any others are left: the images are padded first.
  const seen = inBlocks(transpose(x, [1, 0, 2, 3]), block);
  const whole = padded(seen, window, block);

  // [out/b, n/b, h', w', b, b]: first the images and then the outputs are brought into blocks, which takes less time than one transpose.
  const places = sizeOf(size);
  const byImages = inBlocks(reshape(dy, [1, images, outputs, places]), block);
  const byBoth = inBlocks(reshape(byImages, [(blocks * outputs) / block, block, places, block]), block);
  const filter = transpose(reshape(byBoth, [blocks, outputs / block, places * block * block]), [1, 0, 2]);

  const { kernel, strides, unused } = window;
  const gradient = convolution(
    reshape(whole, [inputs, blocks * block, ...whole.shape.slice(2)]),
    reshape(filter, [outputs, blocks * block, ...size]),
    undefined,
    [kernel[0] + unused[0], kernel[1] + unused[1]],
    { dilations: strides },
  );
  return transpose(slice(fromBlocks(gradient), [0, 0, 0, 0], [inputs, outputs, ...kernel]), [2, 3, 0, 1]);
}
