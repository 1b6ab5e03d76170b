import { sizeOf } from "@weightcast/types";
import { integers, type Node, op, ops, scalar, type Value } from "../../graph/graph";
import { broadcast, select } from "../elementwise";
import { reshape } from "../shapes";
import { slice } from "../slicing";

/** Windows of a pooling: along each axis of the images, their size, their distance, and the padding before the axes, then after them. */
export interface PoolWindow {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}

/** Attributes of ONNX's poolings. */
export const pool = ({ kernel, strides, pads }: PoolWindow) => ({ kernel_shape: kernel, strides, pads });

/** Window of a pooling, or of a gradient of max pooling, in a graph. */
export const poolWindowOf = ({ attributes: { kernel_shape, strides, pads } }: Node): PoolWindow => ({
  kernel: kernel_shape as readonly number[],
  strides: strides as readonly number[],
  pads: pads as readonly number[],
});

/** Name of the gradient of max pooling. ONNX has none: the rules for a device replace it by operators that the device is fast at. */
export const maxGradientName = "weightcast::MaxPoolGrad";

/** Gradient of max pooling. @param gradients [n, c, …] @param x [n, c, …] */
export const maxGradient = (gradients: Value, x: Value, window: PoolWindow): Value =>
  op(maxGradientName, [gradients, x], x.shape, pool(window));

/**
 * Gradient of max pooling by the places of the largest entries: each output's gradient goes to the largest entry of its window, to the first
 * one in a tie. The pooling is computed a second time, because ONNX Runtime takes many times as long for one that also returns places, too
 * long for functions that need no gradient.
 * @param gradients [n, c, …] @param x [n, c, …]
 */
export function scatteredMaxima(gradients: Value, x: Value, window: PoolWindow): Value {
  const [, places] = ops(
    "MaxPool",
    [x],
    [
      { shape: gradients.shape, type: "float32" },
      { shape: gradients.shape, type: "int64" },
    ],
    pool(window),
  );
  const zeros = op("Expand", [scalar(0, "float32"), integers([sizeOf(x.shape)])], [sizeOf(x.shape)]);
  const flat = (value: Value) => reshape(value, [sizeOf(gradients.shape)]);
  const gradient = op("ScatterElements", [zeros, flat(places!), flat(gradients)], zeros.shape, {
    axis: 0,
    reduction: "add",
  });
  return reshape(gradient, x.shape);
}

/**
 * Gradient of max pooling by comparisons, for runtimes whose pooling returns no places: each output's gradient goes to the first of the
 * largest entries of its window. It is a sum over the entries of a window: the gradients of the windows whose largest entry that is,
 * moved to where it is.
 * @param gradients [n, c, …] @param x [n, c, …]
 */
export function comparedMaxima(gradients: Value, x: Value, window: PoolWindow): Value {
  const { kernel, strides, pads } = window;
  const axes = kernel.length;
  const { first } = firstMaxima(x, gradients.shape, window);
  // Room for every window, with the distance to the next one, at every offset; and for the whole image.
  const room = x.shape
    .slice(2)
    .map((size, i) =>
      Math.max(size + pads[i]! + pads[i + axes]!, gradients.shape[i + 2]! * strides[i]! + kernel[i]! - 1),
    );
  const parts = entriesOf(kernel).map((offset, k) => {
    const own = select(broadcast("Equal", first, scalar(k, "int32"), "bool"), gradients, scalar(0, "float32"));
    const apart = spaced(own, strides);
    const after = room.map((size, i) => size - offset[i]! - apart.shape[i + 2]!);
    return surrounded(apart, offset, after, 0);
  });
  const sum = parts.reduce((total, part) => broadcast("Add", total, part));
  return slice(sum, [0, 0, ...pads.slice(0, axes)], x.shape);
}

/**
 * Largest entry of each window, and the position of the first of them in the window: int32, row-major from 0.
 * @param x [n, c, …] @param shape of the results, [n, c, …]
 */
export function firstMaxima(x: Value, shape: readonly number[], window: PoolWindow) {
  const { kernel, strides, pads } = window;
  const largest = op("MaxPool", [x], shape, pool(window));
  const axes = kernel.length;
  const images = surrounded(x, pads.slice(0, axes), pads.slice(axes), Number.NEGATIVE_INFINITY);
  const first = entriesOf(kernel).reduceRight<Value>(
    // The last comparison, which is that with the first entry, decides in a tie.
    (found, offset, k) => {
      const entries = slice(images, [0, 0, ...offset], shape, [1, 1, ...strides]);
      return select(broadcast("Equal", entries, largest, "bool"), scalar(k, "int32"), found);
    },
    scalar(0, "int32"),
  );
  return { largest, first };
}

/** Positions in a window, row-major. */
const entriesOf = (kernel: readonly number[]): readonly (readonly number[])[] =>
  kernel.reduce<readonly (readonly number[])[]>(
    (entries, size) => entries.flatMap((entry) => Array.from({ length: size }, (_, i) => [...entry, i])),
    [[]],
  );

/** Images [n, c, …] with stride − 1 zeros after every entry, along each axis. */
function spaced(x: Value, strides: readonly number[]): Value {
  if (strides.every((step) => step === 1)) return x;
  const [n, c, ...sizes] = x.shape as [number, number, ...number[]];
  const apart = reshape(x, [n * c, ...sizes.flatMap((size) => [size, 1])]);
  const after = [0, ...strides.flatMap((step) => [0, step - 1])];
  const shape = apart.shape.map((size, axis) => size + after[axis]!);
  const amounts = integers([...after.map(() => 0), ...after]);
  const wide = op("Pad", [apart, amounts, scalar(0, "float32")], shape);
  return reshape(wide, [n, c, ...sizes.map((size, i) => size * strides[i]!)]);
}

/** Images [n, c, …] with a number around them. */
function surrounded(x: Value, before: readonly number[], after: readonly number[], value: number): Value {
  if ([...before, ...after].every((size) => size === 0)) return x;
  const shape = x.shape.map((size, axis) => (axis < 2 ? size : size + before[axis - 2]! + after[axis - 2]!));
  return op("Pad", [x, integers([0, 0, ...before, 0, 0, ...after]), scalar(value, "float32")], shape);
}
