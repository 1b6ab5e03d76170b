import { backend_util } from "@tensorflow/tfjs-core";
import { integers, op, type Value } from "../../graph/graph";
import type { Call, Kernels } from "../kernel";
import { transpose } from "../shapes";
import { slice } from "../slicing";
import { along, assertGradientShape } from "./window";

/** Window that slides over volumes: {@link Window} with three axes instead of two. */
export interface VolumeWindow {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before each axis, then after each. */
  readonly pads: readonly number[];
  readonly unused: readonly number[];
  /** Entries of each axis before the first window: TensorFlow.js's padding "same" is negative if strides are larger than the window. */
  readonly skipped: readonly number[];
}

/** Window of a convolution or pooling of volumes. Its input is without the entries that are skipped. */
export function volumeWindowOf(info: backend_util.Conv3DInfo): VolumeWindow {
  const starts = [info.padInfo.front, info.padInfo.top, info.padInfo.left];
  const skipped = starts.map((start) => Math.max(0, -start));
  const input = [info.inDepth, info.inHeight, info.inWidth].map((size, axis) => size - skipped[axis]!);
  const output = [info.outDepth, info.outHeight, info.outWidth];
  const strides = [info.strideDepth, info.strideHeight, info.strideWidth];
  const reach = [info.effectiveFilterDepth, info.effectiveFilterHeight, info.effectiveFilterWidth];
  const before = starts.map((start) => Math.max(0, start));
  const axes = input.map((size, i) => along(size, output[i]!, strides[i]!, reach[i]!, before[i]!));
  return {
    input,
    output,
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides,
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    pads: [...before, ...axes.map(({ pad }) => pad)],
    unused: axes.map(({ unused }) => unused),
    skipped,
  };
}

/** Volumes [n, d, h, w, c] as [n, c, d, h, w], without the entries that a window skips. */
export function inward(x: Value, { skipped }: Pick<VolumeWindow, "skipped">): Value {
  const first = transpose(x, [0, 4, 1, 2, 3]);
  const begin = [0, 0, ...skipped];
  return slice(
    first,
    begin,
    first.shape.map((size, axis) => size - begin[axis]!),
  );
}

/** Volumes [n, c, d, h, w] as [n, d, h, w, c], with zeros in place of the entries that a window skips. */
export function outward(x: Value, { skipped }: Pick<VolumeWindow, "skipped">): Value {
  const shape = x.shape.map((size, axis) => size + (skipped[axis - 2] ?? 0));
  const amounts = integers([0, 0, ...skipped, 0, 0, 0, 0, 0]);
  const padded = skipped.every((count) => count === 0) ? x : op("Pad", [x, amounts], shape);
  return transpose(padded, [0, 2, 3, 4, 1]);
}

/** Order of axes of results and their gradients, which skip nothing. */
export const all: Pick<VolumeWindow, "skipped"> = { skipped: [0, 0, 0] };

/** Convolutions over volumes [n, d, h, w, c], and their gradients; tf.conv3dTranspose uses one of these kernels too. */
export const volumes: Kernels = {
  Conv3D: ({ inputs: { x, filter }, attrs }) => {
    const { window, outputs } = layout(x!.shape, filter!.shape, attrs);
    const shape = [x!.shape[0]!, outputs, ...window.output];
    return outward(op("Conv", [inward(x!, window), outputsFirst(filter!)], shape, sliding(window)), all);
  },
  Conv3DBackpropInputV2: ({ inputs: { dy, filter }, attrs }) => {
    const { window, outputs } = layout(attrs.inputShape, filter!.shape, { ...attrs, dilations: 1 });
    assertGradientShape(dy!, [attrs.inputShape[0], ...window.output, outputs]);
    const shape = [attrs.inputShape[0], filter!.shape[3]!, ...window.input];
    const gradient = op("ConvTranspose", [inward(dy!, all), outputsFirst(filter!)], shape, {
      ...sliding(window),
      kernel_shape: window.kernel,
      output_padding: window.unused,
    });
    return outward(gradient, window);
  },
  Conv3DBackpropFilterV2: ({ inputs: { x, dy }, attrs }) => {
    const { window, outputs } = layout(x!.shape, attrs.filterShape, { ...attrs, dilations: 1 });
    assertGradientShape(dy!, [x!.shape[0]!, ...window.output, outputs]);
    return filterGradient(inward(x!, window), inward(dy!, all), window);
  },
};

function layout(shape: readonly number[], filterShape: readonly number[], { strides, pad, dilations }: Call["attrs"]) {
  type Five = [number, number, number, number, number];
  const info = backend_util.computeConv3DInfo(shape as Five, filterShape as Five, strides, dilations, pad);
  return { window: volumeWindowOf(info), outputs: info.outChannels };
}

/** Filter [d, h, w, in, out] as [out, in, d, h, w]. */
const outputsFirst = (filter: Value): Value => transpose(filter, [4, 3, 0, 1, 2]);

const sliding = ({ strides, dilations, pads }: VolumeWindow) => ({ strides, dilations, pads });

/**
 * Gradient of a convolution with respect to its filter [d, h, w, in, out], itself a convolution: channels act as volumes, volumes
 * as channels, the output's gradient as the filter, and strides as dilations.
 * @param x [n, in, d, h, w] @param dy [n, out, d, h, w]
 */
function filterGradient(x: Value, dy: Value, { kernel, strides, pads, unused }: VolumeWindow): Value {
  const sizes = kernel.map((size, axis) => size + unused[axis]!);
  const shape = [x.shape[1]!, dy.shape[1]!, ...sizes];
  const perm = [1, 0, 2, 3, 4];
  const gradient = op("Conv", [transpose(x, perm), transpose(dy, perm)], shape, { pads, dilations: strides });
  const cropped = slice(gradient, [0, 0, 0, 0, 0], [...shape.slice(0, 2), ...kernel]);
  return transpose(cropped, [2, 3, 4, 0, 1]);
}
