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

/** Images in blocks of channels. The number of channels is rounded up to whole blocks, with zeros. */
const inBlocks = (x: Value, block: number): Value =>
  op(`${domain}ReorderInput`, [x], x.shape.with(1, Math.ceil(x.shape[1]! / block) * block));

/** Images from blocks of channels. */
const fromBlocks = (x: Value): Value => op(`${domain}ReorderOutput`, [x], x.shape, { channels: x.shape[1]! });

/** Result of a convolution of blocks. @param filter [out, in, h, w], in the order [out/b, in/b, h, w, b, b] */
function convolution(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  size: readonly [rows: number, columns: number],
  attributes: ReturnType<typeof sliding>,
): Value {
  const [outputs, , ...kernel] = filter.shape as [number, number, number, number];
  return op(`${domain}Conv`, [x, filter, bias], [x.shape[0]!, outputs, ...size], {
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

/** Multiple of images that the runtime can bring into blocks. */
const imagesAtATime = 4;

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
  images! % imagesAtATime === 0 &&
  images! >= block;

/**
 * Gradient of a convolution with respect to its filter, as a convolution in blocks: the channels act as images, the images as
 * channels, the gradient of the output as the filter, and strides as dilations.
 * @param x [n, in, h, w] @param dy [n, out, h', w']
 * @returns [h, w, in, out]
 */
export function blockedFilterGradient(x: Value, dy: Value, window: Window, block: number): Value {
  const [images, inputs] = x.shape as [number, number];
  const [, outputs, ...size] = dy.shape as [number, number, number, number];
  const rounded = Math.ceil(images / block) * block;
  // Windows over the edge are slow, because there are hardly any others: the image is padded first.
  const [above, left, below, right] = window.pads;
  const [rows, columns] = window.input;
  const padded = [images, inputs, above + rows + below, left + columns + right];
  const whole = op("Pad", [x, integers([0, 0, above, left, 0, 0, below, right])], padded);
  const seen = inBlocks(transpose(whole, [1, 0, 2, 3]), block);

  const gradients = inBlocks(dy, block);
  const all =
    rounded === images
      ? gradients
      : op("Pad", [gradients, integers([0, 0, 0, 0, rounded - images, 0, 0, 0])], [rounded, outputs, ...size]);
  const split = reshape(all, [rounded / block, block, outputs / block, sizeOf(size), block]);
  const filter = reshape(transpose(split, [2, 0, 3, 1, 4]), [outputs, rounded, ...size]);

  const { kernel, strides, unused } = window;
  const places = [kernel[0] + unused[0], kernel[1] + unused[1]] as const;
  const gradient = convolution(seen, filter, undefined, places, { dilations: strides });
  return transpose(slice(fromBlocks(gradient), [0, 0, 0, 0], [inputs, outputs, ...kernel]), [2, 3, 0, 1]);
}
