import { util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { filled, integers, op, ops, scalar, type Value } from "../graph/graph";
import { type Kernel, type Kernels, refuse } from "./kernel";
import { cast } from "./shapes";

/** Reduction along axes; without axes, the operand itself. @param empty the reduction of no elements, if it is defined */
export function reduce(name: string, x: Value, axis: number | number[], keepDims: boolean, empty?: number): Value {
  const axes = util.parseAxisParam(axis, [...x.shape]);
  if (axes.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : x.shape.filter((_, i) => !axes.includes(i));
  if (sizeOf(x.shape) === 0 && (empty !== undefined || sizeOf(shape) === 0)) return filled(shape, empty ?? 0, x.type);
  if (sizeOf(x.shape) === 0) refuse("of no elements");
  return op(name, [x, integers(axes)], shape, { keepdims: keepDims ? 1 : 0 });
}

const reduction =
  (
    name: string,
    { as = (x: Value) => x, empty }: { readonly as?: (x: Value) => Value; readonly empty?: number } = {},
  ): Kernel =>
  ({ inputs: { x }, attrs: { axis, reductionIndices = axis, keepDims = false } }) =>
    reduce(name, as(x!), reductionIndices, keepDims, empty);

/** Numbers that can be summed: booleans become integers. */
const counted = (x: Value) => (x.type === "bool" ? cast(x, "int32") : x);

/** Position of the first extreme value along an axis. */
const position =
  (name: string): Kernel =>
  ({ inputs: { x }, attrs: { axis } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    const shape = x!.shape.filter((_, i) => i !== along);
    if (sizeOf(x!.shape) === 0) refuse("of no elements");
    return cast(op(name, [counted(x!)], shape, { axis: along, keepdims: 0 }, "int64"), "int32");
  };

/** Sums and similar functions along axes. */
export const reductions: Kernels = {
  All: reduction("ReduceMin", { empty: 1 }),
  Any: reduction("ReduceMax", { empty: 0 }),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Cumsum: ({ inputs: { x }, attrs: { axis, exclusive, reverse } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
    return op("CumSum", [counted(x!), scalar(along, "int64")], x!.shape, attributes);
  },
  Max: reduction("ReduceMax"),
  Mean: reduction("ReduceMean", { as: (x) => cast(x, "float32"), empty: 0 }),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd", { as: counted, empty: 1 }),
  Sum: reduction("ReduceSum", { as: counted, empty: 0 }),
  TopK: ({ inputs: { x }, attrs: { k } }) => {
    const shape = [...x!.shape.slice(0, -1), k];
    const numbers = counted(x!);
    const [values, indices] = ops(
      "TopK",
      [numbers, integers([k])],
      [
        { shape, type: numbers.type },
        { shape, type: "int64" },
      ],
    );
    return [cast(values!, x!.type), cast(indices!, "int32")];
  },
};
