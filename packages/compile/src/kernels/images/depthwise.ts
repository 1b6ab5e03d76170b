import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { integers, op, type Value } from "../../graph/graph";
import { type Call, type Kernels, refuse } from "../kernel";
import { reshape, transpose } from "../shapes";
import { slice } from "../slicing";
import { blockedDepthwise, blockedDepthwiseFilterGradient, isDepthwiseBlocked } from "./blocked";
import { flipped, flippedPads, isFlippable, withBiasAndActivation } from "./convolution";
import { patches } from "./patches";
import { assertGradientShape, channelsFirst, channelsLast, sliding, type Window, windowOf } from "./window";

/** Convolutions of each channel on its own, and their gradients; tf.separableConv2d uses these kernels too. */
export const depthwise: Kernels = {
  DepthwiseConv2dNative: (call) => convolve(call, undefined),
  FusedDepthwiseConv2D(call) {
    const { filter } = call.inputs;
    const channels = filter!.shape[2]! * filter!.shape[3]!;
    return withBiasAndActivation(call, channels, (bias) => convolve(call, bias));
  },
  DepthwiseConv2dNativeBackpropInput: ({ inputs: { dy, filter }, attrs, channelBlock }) => {
    const window = gradientWindow(attrs.inputShape, filter!.shape, dy!, attrs);
    return channelsLast(inputGradient(channelsFirst(dy!), filter!, window, channelBlock));
  },
  DepthwiseConv2dNativeBackpropFilter: ({ inputs: { x, dy }, attrs, channelBlock }) => {
    const window = gradientWindow(x!.shape, attrs.filterShape, dy!, attrs);
    const [images, gradients] = [channelsFirst(x!), channelsFirst(dy!)];
    return isDepthwiseBlocked(attrs.filterShape, channelBlock)
      ? blockedDepthwiseFilterGradient(images, gradients, window, channelBlock)
      : filterGradient(images, gradients, window);
  },
};

type Attributes = Call["attrs"];

function infoOf(shape: readonly number[], filterShape: readonly number[], attrs: Attributes) {
  const { strides, pad, dataFormat = "NHWC", dilations, dimRoundingMode } = attrs;
  if (dataFormat !== "NHWC") refuse(`with the data format ${dataFormat}`);
  return backend_util.computeConv2DInfo(
    shape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
  );
}

function gradientWindow(
  shape: readonly number[],
  filterShape: readonly number[],
  dy: Value,
  attrs: Attributes,
): Window {
  const info = infoOf(shape, filterShape, attrs);
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) refuse(`with dilations ${attrs.dilations}`);
  assertGradientShape(dy, info.outShape);
  return windowOf(info);
}

/** Filter [h, w, channels, multiplier] as [channels × multiplier, 1, h, w]. */
function kernels(filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  return reshape(transpose(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

function convolve({ inputs, attrs, channelBlock }: Call, bias: Value | undefined): Value {
  const { x, filter } = inputs as { readonly x: Value; readonly filter: Value };
  const info = infoOf(x.shape, filter.shape, attrs);
  const window = windowOf(info);
  // The runtime itself takes the best layout for constant filters.
  if (!filter.data && isDepthwiseBlocked(filter.shape, channelBlock))
    return channelsLast(blockedDepthwise(channelsFirst(x), filter, bias, window, channelBlock));
  const shape = [info.batchSize, info.outChannels, ...window.output];
  const attributes = { ...sliding(window), group: info.inChannels };
  return channelsLast(op("Conv", [channelsFirst(x), kernels(filter), bias], shape, attributes));
}

/**
 * Gradient with respect to the images.
 * @param dy [n, channels × multiplier, h, w] @param filter [h, w, channels, multiplier]
 */
function inputGradient(dy: Value, filter: Value, window: Window, channelBlock: number | undefined): Value {
  const channels = filter.shape[2]!;
  if (isFlippable(window) && isDepthwiseBlocked(filter.shape, channelBlock)) {
    const back = { ...window, output: window.input, pads: flippedPads(window) };
    return blockedDepthwise(dy, flipped(filter), undefined, back, channelBlock);
  }
  const shape = [dy.shape[0]!, channels, ...window.input];
  // ONNX Runtime's ConvTranspose is slow with many groups.
  if (isFlippable(window))
    return op("Conv", [dy, transpose(flipped(filter), [2, 3, 0, 1])], shape, {
      pads: flippedPads(window),
      group: channels,
    });
  return op("ConvTranspose", [dy, kernels(filter)], shape, {
    ...sliding(window),
    kernel_shape: window.kernel,
    output_padding: window.unused,
    group: channels,
  });
}

/** Kernel area from which the gradient of the filter is fastest as a convolution. Measured for 3 × 3 to 9 × 9. */
const largeKernel = 49;

/**
 * Gradient with respect to the filter [h, w, channels, multiplier].
 * @param x [n, channels, h, w] @param dy [n, channels × multiplier, h, w]
 */
function filterGradient(x: Value, dy: Value, window: Window): Value {
  const [images, channels] = x.shape as [number, number];
  const multiplier = dy.shape[1]! / channels;
  const area = sizeOf(window.kernel);
  if (area >= largeKernel) return filterGradientByConvolution(x, dy, window);
  const places = sizeOf(window.output);
  const seen = reshape(patches(x, window), [images, channels, area, places]);
  const gradients = transpose(reshape(dy, [images, channels, multiplier, places]), [0, 1, 3, 2]);
  const product = [channels, area, multiplier];
  const each = op("MatMul", [seen, gradients], [images, ...product]);
  const gradient = op("ReduceSum", [each, integers([0])], product, { keepdims: 0 });
  return reshape(transpose(gradient, [1, 0, 2]), [...window.kernel, channels, multiplier]);
}

/** Every channel of every image is a channel of one image, the output gradient the filter, and strides are dilations. */
function filterGradientByConvolution(x: Value, dy: Value, { kernel, strides, pads, unused }: Window): Value {
  const [images, channels, ...size] = x.shape as [number, number, number, number];
  const outputs = dy.shape[1]!;
  const seen = [kernel[0] + unused[0], kernel[1] + unused[1]];
  const each = op(
    "Conv",
    [reshape(x, [1, images * channels, ...size]), reshape(dy, [images * outputs, 1, ...dy.shape.slice(2)])],
    [1, images * outputs, ...seen],
    { pads, dilations: strides, group: images * channels },
  );
  const apart = slice(reshape(each, [images, outputs, ...seen]), [0, 0, 0, 0], [images, outputs, ...kernel]);
  const gradient = op("ReduceSum", [apart, integers([0])], [outputs, ...kernel], { keepdims: 0 });
  const byChannel = reshape(gradient, [channels, outputs / channels, ...kernel]);
  return transpose(byChannel, [2, 3, 0, 1]);
}
