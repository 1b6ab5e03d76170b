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
  const [, inputs] = x.shape as [number, number];
  const [images, outputs, ...size] = dy.shape as [number, number, number, number];
  const blocks = Math.ceil(images / block);

  // [in, n/b, h, w, b]. Windows over the edge are slow, and hardly any others are left: the images are padded first.
  const seen = inBlocks(transpose(x, [1, 0, 2, 3]), block);
  const [above, left, below, right] = window.pads;
  const [rows, columns] = window.input;
  const [height, width] = [above + rows + below, left + columns + right];
  const whole = op(
    "Pad",
    [
      reshape(seen, [inputs * blocks, rows, columns * block]),
      integers([0, above, left * block, 0, below, right * block]),
    ],
    [inputs * blocks, height, width * block],
  );

  // [out/b, n/b, h', w', b, b]: first the images and then the outputs are brought into blocks, which takes less time than one transpose.
  const places = sizeOf(size);
  const byImages = inBlocks(reshape(dy, [1, images, outputs, places]), block);
  const byBoth = inBlocks(reshape(byImages, [(blocks * outputs) / block, block, places, block]), block);
  const filter = transpose(reshape(byBoth, [blocks, outputs / block, places * block * block]), [1, 0, 2]);

  const { kernel, strides, unused } = window;
  const gradient = convolution(
    reshape(whole, [inputs, blocks * block, height, width]),
    reshape(filter, [outputs, blocks * block, ...size]),
    undefined,
    [kernel[0] + unused[0], kernel[1] + unused[1]],
    { dilations: strides },
  );
  return transpose(slice(fromBlocks(gradient), [0, 0, 0, 0], [inputs, outputs, ...kernel]), [2, 3, 0, 1]);
}
