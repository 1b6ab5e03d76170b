import type { backend_util } from "@tensorflow/tfjs-core";
import type { Attribute, Value } from "../../graph/graph";
import { refuse } from "../kernel";
import { transpose } from "../shapes";

/** Numbers for rows and columns. */
type Pair = readonly [rows: number, columns: number];

/** Window of a convolution or pooling that slides over images, in ONNX's terms. */
export interface Window {
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** Padding: rows above, columns to the left, rows below, columns to the right. */
  readonly pads: readonly [number, number, number, number];
  /** Rows and columns of the input beyond the last window. */
  readonly unused: Pair;
}

/**
 * Window of a convolution or pooling. TensorFlow.js's number of windows counts, regardless of its rounding: the padding
 * at the ends is as far as these windows reach.
 */
export function windowOf(info: backend_util.Conv2DInfo): Window {
  const rows = along(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.padInfo.top);
  const columns = along(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.padInfo.left);
  return {
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [info.padInfo.top, info.padInfo.left, rows.pad, columns.pad],
    unused: [rows.unused, columns.unused],
  };
}

/**
 * Padding at the end of an axis, as far as its windows reach, and the entries beyond the last window.
 * @param kernel entries that a window spans @param start padding before the axis
 */
export function along(input: number, output: number, stride: number, kernel: number, start: number) {
  if (output < 1) refuse("with a window larger than the padded image");
  const beyond = (output - 1) * stride + kernel - start - input;
  if (-beyond >= stride)
    refuse("with padding by a number where the window or its strides are not square: fewer windows than fit,");
  return { pad: Math.max(0, beyond), unused: Math.max(0, -beyond) };
}

/** Attributes of ONNX's Conv and similar operators. */
export const sliding = ({ strides, dilations, pads }: Window): { readonly [name: string]: Attribute } => ({
  strides,
  dilations,
  pads,
});

/** Images [n, h, w, c] as [n, c, h, w]. */
export const channelsFirst = (x: Value): Value => transpose(x, [0, 3, 1, 2]);

/** Images [n, c, h, w] as [n, h, w, c]. */
export const channelsLast = (x: Value): Value => transpose(x, [0, 2, 3, 1]);

/**
 * Refuses a gradient whose shape is not the output's: TensorFlow.js's own gradients ignore `dimRoundingMode`.
 * @param dy gradient of the output
 */
export function assertGradientShape(dy: Value, output: readonly number[]): void {
  if (output.join() !== dy.shape.join())
    refuse(`for a gradient of shape [${dy.shape}] of a result of shape [${output}]`);
}
