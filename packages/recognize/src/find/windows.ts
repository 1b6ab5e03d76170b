import { reshape, transpose, type Value } from "../expression/value";

/** Tensor as filters over a window of two axes. */
export interface Windows {
  readonly high: number;
  readonly wide: number;
  /** Number of filters. */
  readonly count: number;
  /** A filter, row-major: [high · wide]. */
  filter(index: number): Float64Array;
  /** Tensor's own shape of a formula of [filters, high · wide]. */
  shaped(formula: Value): Value;
}

/** Views of a tensor as filters: over its last two axes, as in ONNX, and over its first two, as in TensorFlow.js. */
export function windowsOf(shape: readonly number[], values: Float64Array): readonly Windows[] {
  const axes = shape.map((_, axis) => axis);
  const orders = axes.length > 2 ? [axes, [...axes.slice(2), 0, 1]] : axes.length === 2 ? [axes] : [];
  return orders.map((order) => {
    const lengths = order.map((axis) => shape[axis]!);
    const [high, wide] = lengths.slice(-2) as [number, number];
    const size = high * wide;
    const count = size > 0 ? values.length / size : 0;
    const back = axes.map((axis) => order.indexOf(axis));
    return {
      ...{ high, wide, count },
      filter: (index) =>
        order === axes
          ? values.subarray(index * size, (index + 1) * size)
          : Float64Array.from({ length: size }, (_, i) => values[i * count + index]!),
      shaped: (formula) => transpose(reshape(formula, lengths), back),
    };
  });
}

/** −(n − 1)/2, …, (n − 1)/2: places from the middle of an axis. */
export const placesOf = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => i - (count - 1) / 2);
