import { sizeOf } from "@weightcast/types";
import { moved } from "../expression/evaluate";
import { reshape, transpose, type Value } from "../expression/value";

/** Tensor as rows along one of its axes. */
export interface Rows {
  readonly axis: number;
  /** Entries of a row. */
  readonly count: number;
  readonly rows: readonly Float64Array[];
  /** Tensor's own shape of a formula of [rows, count]. */
  shaped(formula: Value): Value;
}

/** Rows along an axis: the other axes, one after the other, tell which row. */
export function rowsAlong(shape: readonly number[], axis: number, values: Float64Array): Rows {
  const others = shape.map((_, i) => i).filter((i) => i !== axis);
  const order = [...others, axis];
  const count = shape[axis]!;
  const all = axis === shape.length - 1 ? values : moved(shape, order, values);
  const back = shape.map((_, i) => order.indexOf(i));
  return {
    ...{ axis, count },
    rows: Array.from({ length: sizeOf(shape) / count }, (_, i) => all.subarray(i * count, (i + 1) * count)),
    shaped: (formula) => {
      const lengths = order.map((i) => shape[i]!);
      return transpose(reshape(formula, lengths), back);
    },
  };
}

/** Axes that have more than one entry, the last first. */
export const axesOf = (shape: readonly number[]): readonly number[] =>
  shape
    .map((_, axis) => axis)
    .filter((axis) => shape[axis]! > 1)
    .reverse();
