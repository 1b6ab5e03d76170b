import { backend_util } from "@tensorflow/tfjs-core";
import { integers, op, scalar, type Value } from "../../graph/graph";
import { broadcast, select } from "../elementwise";
import type { Call, Kernels } from "../kernel";
import { expand, reshape } from "../shapes";
import { slice } from "../slicing";

/** Grayscale dilation of images [n, h, w, c] by a filter [h, w, c], and its gradients: max over the window of x + filter. */
export const morphology: Kernels = {
  Dilation2D: ({ inputs: { x, filter }, attrs }) => {
    const sums = sumsOf(x!, filter!, attrs).map(({ sum }) => sum);
    return sums.length === 1 ? sums[0]! : op("Max", sums, sums[0]!.shape);
  },
  Dilation2DBackpropInput: ({ inputs: { x, filter, dy }, attrs }) => {
    const { padded, strides, inside } = layout(x!, filter!, attrs);
    const parts = gradientParts(x!, filter!, dy!, attrs).map(({ part, at }) => spread(part, at, strides, padded));
    const whole = parts.length === 1 ? parts[0]! : op("Sum", parts, padded);
    return slice(whole, inside, x!.shape);
  },
  Dilation2DBackpropFilter: ({ inputs: { x, filter, dy }, attrs }) => {
    const sums = gradientParts(x!, filter!, dy!, attrs).map(({ part }) =>
      op("ReduceSum", [part, integers([0, 1, 2])], [part.shape[3]!], { keepdims: 0 }),
    );
    const rows = sums.map((sum) => expand(sum, 0));
    const matrix = rows.length === 1 ? rows[0]! : op("Concat", rows, [rows.length, filter!.shape[2]!], { axis: 0 });
    return reshape(matrix, filter!.shape);
  },
};

/** Geometry of a dilation, of images with padding that every window fits into. */
function layout(x: Value, filter: Value, { strides, pad, dilations }: Call["attrs"]) {
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    "NHWC",
    dilations,
  );
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const [height, width, channels] = filter.shape as [number, number, number];
  const output = [x.shape[0]!, info.outHeight, info.outWidth, channels];
  const before = [padInfo.top, padInfo.left].map((size) => Math.max(0, size));
  // TensorFlow.js's padding "same" is negative if the strides are larger than the window.
  const start = [padInfo.top, padInfo.left].map((size) => Math.max(0, -size));
  const reach = (axis: 0 | 1, stride: number, kernel: number, dilation: number) =>
    start[axis]! + (output[axis + 1]! - 1) * stride + (kernel - 1) * dilation + 1;
  const ends = [reach(0, strideHeight, height, dilationHeight), reach(1, strideWidth, width, dilationWidth)];
  const sizes = ends.map((end, axis) => Math.max(end, before[axis]! + x.shape[axis + 1]!));
  const corners = Array.from({ length: height * width }, (_, i) => [
    start[0]! + Math.floor(i / width) * dilationHeight,
    start[1]! + (i % width) * dilationWidth,
  ]);
  return {
    output,
    padded: [x.shape[0]!, ...sizes, channels],
    inside: [0, ...before, 0],
    strides: [1, strideHeight, strideWidth, 1],
    corners,
  };
}

/** Sums x + filter at every place of the filter, for every window; −∞ in the padding. */
function sumsOf(x: Value, filter: Value, attrs: Call["attrs"]) {
  const { output, padded, inside, strides, corners } = layout(x, filter, attrs);
  const after = padded.map((size, axis) => size - inside[axis]! - x.shape[axis]!);
  const amounts = integers([...inside, ...after]);
  const whole = op("Pad", [x, amounts, scalar(Number.NEGATIVE_INFINITY, "float32")], padded);
  const weights = reshape(filter, [corners.length, filter.shape[2]!]);
  return corners.map((corner, i) => {
    const at = [0, ...corner, 0];
    const weight = reshape(slice(weights, [i, 0], [1, filter.shape[2]!]), [filter.shape[2]!]);
    return { at, sum: broadcast("Add", slice(whole, at, output, strides), weight) };
  });
}

/** Gradient of every window at each place of the filter: all of it at the first place with the largest sum. */
function gradientParts(x: Value, filter: Value, dy: Value, attrs: Call["attrs"]) {
  const sums = sumsOf(x, filter, attrs);
  const { output } = layout(x, filter, attrs);
  const stacked = op(
    "Concat",
    sums.map(({ sum }) => expand(sum, 0)),
    [sums.length, ...output],
    { axis: 0 },
  );
  const first = op("ArgMax", [stacked], output, { axis: 0, keepdims: 0 }, "int64");
  return sums.map(({ at }, i) => ({
    at,
    part: select(broadcast("Equal", first, scalar(i, "int64"), "bool"), dy, scalar(0, "float32")),
  }));
}

/** Entries put back to where a strided slice took them from, among zeros. */
function spread(part: Value, at: readonly number[], strides: readonly number[], shape: readonly number[]): Value {
  const [n, height, width, c] = part.shape as [number, number, number, number];
  const [, rows, columns] = strides as [number, number, number];
  const apart = op(
    "Pad",
    [reshape(part, [n, height, 1, width, 1, c]), integers([0, 0, 0, 0, 0, 0, 0, 0, rows - 1, 0, columns - 1, 0])],
    [n, height, rows, width, columns, c],
  );
  const whole = reshape(apart, [n, height * rows, width * columns, c]);
  const cut = slice(whole, [0, 0, 0, 0], [n, (height - 1) * rows + 1, (width - 1) * columns + 1, c]);
  const after = shape.map((size, axis) => size - at[axis]! - cut.shape[axis]!);
  return op("Pad", [cut, integers([...at, ...after])], shape);
}
