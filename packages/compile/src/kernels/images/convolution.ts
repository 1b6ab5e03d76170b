import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { integers, op, type Value } from "../../graph/graph";
import { broadcast } from "../elementwise";
import type { Call, Kernels } from "../kernel";
import { activate } from "../matmul";
import { reshape, transpose } from "../shapes";
import { slice } from "../slicing";
import { blockedConvolution, blockedFilterGradient, hasBlockedGradient, isBlocked } from "./blocked";
import { patches } from "./patches";
import { isSpectral, spectralConvolution, spectralFilterGradient, spectralInputGradient } from "./spectral";
import { assertGradientShape, channelsFirst, channelsLast, sliding, type Window, windowOf } from "./window";

/** Convolutions over images, and their gradients; tf.conv1d and tf.conv2dTranspose use these kernels too. */
export const convolution: Kernels = {
  Conv2D: (call) => convolve(call, undefined),
  FusedConv2D: (call) => withBiasAndActivation(call, call.inputs.filter!.shape[3]!, (bias) => convolve(call, bias)),
  Conv2DBackpropInput: (call) => {
    const { inputs, attrs, channelBlock } = call;
    const { dy, filter } = inputs;
    const { window, inward, outward } = layout(attrs.inputShape, filter!, { ...attrs, dilations: 1 });
    assertGradientShape(dy!, inOrder(outward, [attrs.inputShape[0], filter!.shape[3]!, ...window.output]));
    if (usesFrequencies(attrs.inputShape, filter!.shape, window, call))
      return spectralInputGradient(dy!, filter!, window);
    return outward(inputGradient(inward(dy!), filter!, window, channelBlock));
  },
  Conv2DBackpropFilter: (call) => {
    const { inputs, attrs, channelBlock } = call;
    const { x, dy } = inputs;
    const filter = { shape: attrs.filterShape as readonly number[] };
    const { window, inward, outward } = layout(x!.shape, filter, { ...attrs, dilations: 1 });
    assertGradientShape(dy!, inOrder(outward, [x!.shape[0]!, filter.shape[3]!, ...window.output]));
    if (usesFrequencies(x!.shape, filter.shape, window, call)) return spectralFilterGradient(x!, dy!, window);
    return filterGradient(inward(x!), inward(dy!), window, channelBlock);
  },
};

type Attributes = Call["attrs"];

/** Window of a convolution, and the conversions to ONNX's order of axes and back. */
function layout(shape: readonly number[], filter: Pick<Value, "shape">, attrs: Attributes) {
  const { strides, pad, dataFormat = "NHWC", dilations, dimRoundingMode } = attrs;
  const info = backend_util.computeConv2DInfo(
    shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
  const unchanged = (x: Value) => x;
  return {
    window: windowOf(info),
    inward: dataFormat === "NCHW" ? unchanged : channelsFirst,
    outward: dataFormat === "NCHW" ? unchanged : channelsLast,
  };
}

/** Shape after a conversion of the order of axes. */
const inOrder = (convert: (x: Value) => Value, shape: readonly number[]): readonly number[] =>
  convert({ shape, type: "float32" }).shape;

/** Kernel area below which the layout of the runtime's fast kernels is faster than frequencies. Measured for 3 × 3 and 5 × 5. */
const mediumKernel = 25;

/** Whether a convolution, and with it its gradients, is computed in the frequency domain. */
const usesFrequencies = (
  shape: readonly number[],
  filter: readonly number[],
  window: Window,
  { attrs: { dataFormat = "NHWC" }, channelBlock, isFile }: Call,
): boolean =>
  dataFormat === "NHWC" &&
  !isFile &&
  (sizeOf(window.kernel) >= mediumKernel || !isBlocked(filter, window, channelBlock)) &&
  isSpectral(window, shape[0]!, filter[2]!, filter[3]!);

function convolve(call: Call, bias: Value | undefined): Value {
  const { inputs, attrs, channelBlock } = call;
  const { x, filter } = inputs as { readonly x: Value; readonly filter: Value };
  const { window, inward, outward } = layout(x.shape, filter, attrs);
  if (usesFrequencies(x.shape, filter.shape, window, call)) {
    const y = spectralConvolution(x, filter, window);
    return bias ? broadcast("Add", y, bias) : y;
  }
  const images = inward(x);
  // The runtime itself takes the best layout for constant filters.
  if (!filter.data && isBlocked(filter.shape, window, channelBlock))
    return outward(blockedConvolution(images, filter, bias, window, channelBlock));
  const shape = [images.shape[0]!, filter.shape[3]!, ...window.output];
  return outward(op("Conv", [images, transpose(filter, [3, 2, 0, 1]), bias], shape, sliding(window)));
}

/**
 * Convolution with the bias and activation of TensorFlow.js's fused kernels.
 * @param channels number of channels in its result
 * @param convolved returns the convolution plus a bias of one number per channel
 */
export function withBiasAndActivation(
  { inputs: { bias, preluActivationWeights: alpha }, attrs }: Call,
  channels: number,
  convolved: (bias: Value | undefined) => Value,
): Value {
  const { dataFormat = "NHWC", activation = "linear", leakyreluAlpha } = attrs;
  // In NCHW, TensorFlow.js aligns vectors, and only vectors, with the channels.
  const aligned = (x: Value) =>
    dataFormat === "NCHW" && x.shape.length === 1 && x.shape[0] !== 1 ? reshape(x, [x.shape[0]!, 1, 1]) : x;
  const isVector = bias?.shape.length === 1 && bias.shape[0] === channels;
  const sum = !bias || isVector ? convolved(bias) : broadcast("Add", convolved(undefined), aligned(bias));
  return activate(sum, activation, alpha && aligned(alpha), leakyreluAlpha);
}

/** Gradient of a convolution with respect to its images. @param dy [n, out, h, w] @param filter [h, w, in, out] */
function inputGradient(dy: Value, filter: Value, window: Window, channelBlock: number | undefined): Value {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const shape = [dy.shape[0]!, inputs, ...window.input];
  if (isFlippable(window) && isBlocked(filter.shape, window, channelBlock)) {
    const back = { ...window, output: window.input, pads: flippedPads(window) };
    return blockedConvolution(dy, transpose(flipped(filter), [0, 1, 3, 2]), undefined, back, channelBlock);
  }
  // Of a single channel, such as an atom slides over: every gradient by its own filter, and their sum.
  if (inputs === 1 && outputs > 1 && isFlippable(window)) {
    const attributes = { pads: flippedPads(window), group: outputs };
    const each = op("Conv", [dy, transpose(flipped(filter), [3, 2, 0, 1])], shape.with(1, outputs), attributes);
    return op("ReduceSum", [each, integers([1])], shape, { keepdims: 1 });
  }
  // A convolution gathers out × area numbers per pixel before its matrix product; ConvTranspose scatters in × area
  // numbers after it, which is slower unless there are few of them.
  if (inputs >= outputs && isFlippable(window))
    return op("Conv", [dy, transpose(flipped(filter), [2, 3, 0, 1])], shape, { pads: flippedPads(window) });
  return op("ConvTranspose", [dy, transpose(filter, [3, 2, 0, 1])], shape, {
    ...sliding(window),
    kernel_shape: [height, width],
    output_padding: window.unused,
  });
}

/** Whether the gradient with respect to the images is itself a convolution, by the flipped filter. */
export const isFlippable = ({ strides, dilations, kernel, pads }: Window): boolean =>
  [...strides, ...dilations].every((step) => step === 1) && pads.every((pad, i) => pad < kernel[(i % 2) as 0 | 1]);

/** Padding of that convolution. */
export const flippedPads = ({ kernel, pads }: Window): Window["pads"] =>
  pads.map((pad, i) => kernel[(i % 2) as 0 | 1] - 1 - pad) as unknown as Window["pads"];

/** Filter [h, w, …] flipped along both its rows and its columns. */
export function flipped(filter: Value): Value {
  const [height, width] = filter.shape as [number, number];
  const rest = filter.shape.slice(2);
  return slice(filter, [height - 1, width - 1, ...rest.map(() => 0)], filter.shape, [-1, -1, ...rest.map(() => 1)]);
}

/** Kernel area from which the gradient of the filter is fastest as a convolution. Measured for 5 × 5 to 8 × 8. */
const largeKernel = 49;

/**
 * Gradient of a convolution with respect to its filter [h, w, in, out].
 * @param x [n, in, h, w] @param dy [n, out, h, w]
 */
function filterGradient(x: Value, dy: Value, window: Window, channelBlock: number | undefined): Value {
  const [images, inputs] = x.shape as [number, number];
  const outputs = dy.shape[1]!;
  if (hasBlockedGradient(x.shape, outputs, window, channelBlock))
    return blockedFilterGradient(x, dy, window, channelBlock);
  const [height, width] = window.kernel;
  if (height * width >= largeKernel) return filterGradientByConvolution(x, dy, window);
  const places = sizeOf(window.output);
  const area = height * width;
  const seen = patches(x, window);
  const gradients = transpose(reshape(dy, [images, outputs, places]), [0, 2, 1]);
  const product = [inputs * area, outputs];
  // Either one product per image, which are then added up, or one for all images, for which the patches must be
  // rearranged: the one that moves less data.
  const gradient =
    places >= outputs
      ? op("ReduceSum", [op("MatMul", [seen, gradients], [images, ...product]), integers([0])], product, {
          keepdims: 0,
        })
      : op(
          "MatMul",
          [
            reshape(transpose(seen, [1, 0, 2]), [inputs * area, images * places]),
            reshape(gradients, [images * places, outputs]),
          ],
          product,
        );
  return reshape(transpose(reshape(gradient, [inputs, area, outputs]), [1, 0, 2]), [height, width, inputs, outputs]);
}

/** The channels act as images, the images as channels, the output gradient as the filter, and strides as dilations. */
function filterGradientByConvolution(x: Value, dy: Value, { kernel, strides, pads, unused }: Window): Value {
  const shape = [x.shape[1]!, dy.shape[1]!, kernel[0] + unused[0], kernel[1] + unused[1]];
  const gradient = op("Conv", [transpose(x, [1, 0, 2, 3]), transpose(dy, [1, 0, 2, 3])], shape, {
    pads,
    dilations: strides,
  });
  return transpose(slice(gradient, [0, 0, 0, 0], [...shape.slice(0, 2), ...kernel]), [2, 3, 0, 1]);
}
