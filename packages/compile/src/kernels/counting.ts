import { sizeOf } from "@weightcast/types";
import { constant, filled, integers, op, scalar, type Value } from "../graph/graph";
import { broadcast, select } from "./elementwise";
import { scatter, unsigned } from "./indexing";
import { type Kernels, refuse } from "./kernel";
import { reduce } from "./reductions";
import { cast, reshape } from "./shapes";

/** Kernels that count: how often integers occur, and how many entries come before a value. */
export const counting: Kernels = {
  Bincount: ({ inputs: { x, weights }, attrs: { size } }) =>
    counts(reshape(x!, [1, sizeOf(x!.shape)]), weights!, [size]),
  DenseBincount: ({ inputs: { x, weights }, attrs: { size, binaryOutput } }) => {
    if (x!.shape.length === 1) return counts(reshape(x!, [1, x!.shape[0]!]), weights!, [size]);
    const shape = [x!.shape[0]!, size];
    if (!binaryOutput) return counts(x!, weights!, shape);
    const number = counts(x!, filled([0], 0, "int32"), shape);
    return cast(broadcast("Greater", number, scalar(0, "int32"), "bool"), weights!.type);
  },
  SearchSorted: ({ inputs: { sortedSequence, values }, attrs: { side } }) => {
    const [rows, count] = sortedSequence!.shape as [number, number];
    const before = broadcast(
      side === "left" ? "Less" : "LessOrEqual",
      reshape(sortedSequence!, [rows, 1, count]),
      reshape(values!, [rows, values!.shape[1]!, 1]),
      "bool",
    );
    return reduce("ReduceSum", cast(before, "int32"), 2, false, 0);
  },
};

/**
 * Sum of the weights of each integer in every row, 1 each if there are none. Integers beyond the last one are skipped.
 * @param x [rows, count] @param shape of the result, whose last axis is the number of integers
 */
function counts(x: Value, weights: Value, shape: readonly number[]): Value {
  if (weights.type === "bool") refuse("of booleans");
  const size = shape.at(-1)!;
  const [rows, count] = x.shape as [number, number];
  const known = broadcast("Less", x, scalar(size, x.type), "bool");
  const starts = constant(
    BigInt64Array.from({ length: rows }, (_, row) => BigInt(row * size)),
    [rows, 1],
    "int64",
  );
  // A negative integer stays too large, in any row.
  const index = broadcast("Add", cast(unsigned(select(known, x, scalar(0, x.type))), "int64"), starts);
  const given = sizeOf(weights.shape) > 0 ? reshape(weights, x.shape) : scalar(1, weights.type);
  const added = op("Expand", [select(known, given, scalar(0, weights.type)), integers(x.shape)], x.shape);
  const flat = (value: Value) => reshape(value, [rows * count, 1]);
  const zeros = filled([rows * size, 1], 0, weights.type);
  return reshape(scatter(zeros, reshape(index, [rows * count]), flat(added), "add"), shape);
}
