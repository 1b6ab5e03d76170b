import { backend_util } from "@tensorflow/tfjs-core";
import { arrayOf, constant, op, ops, scalar, type Value } from "../../graph/graph";
import { broadcast } from "../elementwise";
import { type Call, type Device, type Kernels, refuse } from "../kernel";
import { cast } from "../shapes";
import { firstMaxima, maxGradient, pool } from "./maxima";
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
  MaxPoolWithArgmax: ({ inputs: { x }, attrs, device }) => withPlaces(x!, attrs, device),
  MaxPoolGrad: ({ inputs: { dy, input }, attrs }) => {
    const window = gradientWindow(dy!, input!, attrs);
    return channelsLast(maxGradient(channelsFirst(dy!), channelsFirst(input!), window));
  },
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

/** Largest entries of windows, and their places in the images. */
function withPlaces(x: Value, attrs: Attributes, device: Device | undefined): readonly Value[] {
  const { window, shape } = layout(x, attrs);
  if (device === "webgpu") return comparedPlaces(x, window, shape, attrs.includeBatchInIndex);
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

/** The same by comparisons, for runtimes whose pooling returns no places. */
function comparedPlaces(x: Value, window: Window, shape: readonly number[], withBatch: boolean): readonly Value[] {
  const { largest, first } = firstMaxima(channelsFirst(x), shape, window);
  const [, height, width, c] = x.shape as [number, number, number, number];
  const [, columns] = window.kernel;
  const number = (value: number) => scalar(value, "int32");
  /** Numbers along one axis of the result: `step` from one to the next. */
  const along = (axis: number, step: number, start = 0) =>
    constant(
      Int32Array.from({ length: shape[axis]! }, (_, i) => start + i * step),
      shape.map((size, other) => (other === axis ? size : 1)),
      "int32",
    );
  const add = (a: Value, b: Value) => broadcast("Add", a, b);
  // Position in the window = row × columns + column.
  const row = broadcast("Div", first, number(columns));
  const column = broadcast("Sub", first, broadcast("Mul", row, number(columns)));
  const pixel = add(broadcast("Mul", row, number(width)), column);
  const { strides, pads } = window;
  const starts = add(along(2, strides[0] * width, -pads[0] * width), along(3, strides[1], -pads[1]));
  const place = add(broadcast("Mul", add(pixel, starts), number(c)), along(1, 1));
  const all = withBatch ? add(place, along(0, height * width * c)) : place;
  return [channelsLast(largest), channelsLast(all)];
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
