import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { arrayOf, constant, integers, type Node, op, ops, scalar, type Value } from "../../graph/graph";
import { broadcast } from "../elementwise";
import { type Call, type Kernels, refuse } from "../kernel";
import { cast, reshape } from "../shapes";
import type { VolumeWindow } from "./volumes";
import { assertGradientShape, channelsFirst, channelsLast, type Window, windowOf } from "./window";

/** Pooling of images [n, h, w, c], and its gradients. */
export const pooling: Kernels = {
  AvgPool: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return channelsLast(op("AveragePool", [channelsFirst(x!)], shape, { ...pool(window), count_include_pad: 0 }));
  },
  AvgPoolGrad: ({ inputs: { dy, input }, attrs }) => averageGradient(dy!, gradientWindow(dy!, input!, attrs)),
  MaxPool: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return channelsLast(op("MaxPool", [channelsFirst(x!)], shape, pool(window)));
  },
  MaxPoolWithArgmax: ({ inputs: { x }, attrs }) => withPlaces(x!, attrs),
  MaxPoolGrad: ({ inputs: { dy, input }, attrs }) => maxGradient(dy!, input!, gradientWindow(dy!, input!, attrs)),
};

type Attributes = Call["attrs"];

/** Window of a pooling, and the shape of its result in ONNX's order of axes. */
function layout(x: Value, { filterSize, strides, pad, dimRoundingMode }: Attributes) {
  if (x.type !== "float32") refuse(`of ${x.type}`);
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const window = windowOf(info);
  if (window.pads.some((pad, i) => pad >= window.kernel[(i % 2) as 0 | 1]))
    refuse(`with windows [${window.kernel}] that contain only padding [${window.pads}]`);
  return { window, shape: [x.shape[0]!, x.shape[3]!, ...window.output] };
}

function gradientWindow(dy: Value, input: Value, attrs: Attributes): Window {
  const { window, shape } = layout(input, attrs);
  const [n, c, h, w] = shape;
  assertGradientShape(dy, [n!, h!, w!, c!]);
  return window;
}

const pool = ({ kernel, strides, pads }: Window) => ({ kernel_shape: kernel, strides, pads });

const maxGradient = (dy: Value, input: Value, window: Window): Value =>
  channelsLast(scatteredMaxima(channelsFirst(dy), channelsFirst(input), pool(window)));

/**
 * Gradient of max pooling: each output's gradient goes to the largest entry of its window, to the first one in a tie. The
 * pooling is computed a second time, because ONNX Runtime takes five times as long for one that also returns places, too
 * long for functions that need no gradient.
 * @param gradients [n, c, …] @param x [n, c, …] @param attributes of the pooling
 */
export function scatteredMaxima(gradients: Value, x: Value, attributes: Node["attributes"]): Value {
  const [, places] = ops(
    "MaxPool",
    [x],
    [
      { shape: gradients.shape, type: "float32" },
      { shape: gradients.shape, type: "int64" },
    ],
    attributes,
  );
  const zeros = op("Expand", [scalar(0, "float32"), integers([sizeOf(x.shape)])], [sizeOf(x.shape)]);
  const flat = (value: Value) => reshape(value, [sizeOf(gradients.shape)]);
  const gradient = op("ScatterElements", [zeros, flat(places!), flat(gradients)], zeros.shape, {
    axis: 0,
    reduction: "add",
  });
  return reshape(gradient, x.shape);
}

/** Largest entries of windows, and their places in the images. */
function withPlaces(x: Value, attrs: Attributes): readonly Value[] {
  const { window, shape } = layout(x, attrs);
  const results = [{ shape, type: "float32" } as const, { shape, type: "int64" } as const];
  const [largest, places] = ops("MaxPool", [channelsFirst(x)], results, pool(window));
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const number = (value: number) => scalar(value, "int64");
  const counted = (count: number, step: number, along: readonly number[]) =>
    constant(
      BigInt64Array.from({ length: count }, (_, i) => BigInt(i * step)),
      along,
      "int64",
    );
  // ONNX counts through channels first, TensorFlow.js through channels last.
  const pixel = broadcast("Mul", broadcast("Mod", places!, number(height * width)), number(c));
  const place = broadcast("Add", pixel, counted(c, 1, [1, c, 1, 1]));
  const batch = counted(n, height * width * c, [n, 1, 1, 1]);
  const all = attrs.includeBatchInIndex ? broadcast("Add", place, batch) : place;
  return [channelsLast(largest!), channelsLast(cast(all, "int32"))];
}

/**
 * Gradient of average pooling: each output's gradient is shared equally by the entries of its window. Averaging is linear
 * along rows and along columns, so the gradient is Rᵀ dy C, where R and C average along each. ONNX Runtime's
 * ConvTranspose takes three times as long.
 */
function averageGradient(dy: Value, window: Window): Value {
  const gradients = channelsFirst(dy);
  const [n, c, rows] = gradients.shape as [number, number, number];
  const [height, width] = window.input;
  const wide = op("MatMul", [gradients, averages(window, 1)], [n, c, rows, width]);
  return channelsLast(op("MatMul", [averages(window, 0, "transposed"), wide], [n, c, height, width]));
}

/** Matrix [output, input] that averages along an axis; padding takes no part. */
export function averages(
  {
    input: inputs,
    output: outputs,
    kernel: kernels,
    strides,
    pads,
  }: Pick<VolumeWindow, "input" | "output" | "kernel" | "strides" | "pads">,
  axis: number,
  as: "is" | "transposed" = "is",
): Value {
  const [input, output, kernel] = [inputs[axis]!, outputs[axis]!, kernels[axis]!];
  const data = arrayOf("float32", input * output);
  for (let to = 0; to < output; to++) {
    const start = to * strides[axis]! - pads[axis]!;
    const [first, end] = [Math.max(0, start), Math.min(input, start + kernel)];
    for (let from = first; from < end; from++)
      data[as === "is" ? to * input + from : from * output + to] = 1 / (end - first);
  }
  return constant(data, as === "is" ? [output, input] : [input, output], "float32");
}
