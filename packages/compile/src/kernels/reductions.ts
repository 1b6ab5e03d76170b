import { util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { filled, integers, op, ops, scalar, type Value } from "../graph/graph";
import { isNan, select } from "./elementwise";
import { type Kernel, type Kernels, refuse } from "./kernel";
import { cast, reshape } from "./shapes";
import { slice } from "./slicing";

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

/** Extreme value along axes: NaN if one of the values is, whereas ONNX Runtime skips every NaN after the first value. */
const extreme =
  (name: "ReduceMax" | "ReduceMin"): Kernel =>
  (call) => {
    const x = call.inputs.x!;
    const value = reduction(name)(call) as Value;
    if (x.type !== "float32" || value === x) return value;
    const some = reduction("ReduceMax")({ ...call, inputs: { x: isNan(x) } }) as Value;
    return select(some, scalar(Number.NaN, x.type), value);
  };

/**
 * Position of the first extreme value along an axis. As in TensorFlow.js, NaN is skipped, unless it comes first: then
 * the position is 0.
 * @param least the value that none is more extreme than in the other direction
 */
const position =
  (name: string, least: number): Kernel =>
  ({ inputs: { x }, attrs: { axis } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    const shape = x!.shape.filter((_, i) => i !== along);
    if (sizeOf(x!.shape) === 0) refuse("of no elements");
    const of = (values: Value) => cast(op(name, [values], shape, { axis: along, keepdims: 0 }, "int64"), "int32");
    if (x!.type !== "float32") return of(counted(x!));
    const first = slice(
      isNan(x!),
      x!.shape.map(() => 0),
      x!.shape.with(along, 1),
    );
    const found = of(select(isNan(x!), scalar(least, x!.type), x!));
    return select(reshape(first, shape), scalar(0, "int32"), found);
  };

/**
 * Product of the entries of an axis up to each of them. ONNX has no operator for it: products of 1, 2, 4, 8, … neighbors are multiplied.
 * @param exclusive whether without the entry itself @param reverse whether from the end
 */
function cumulativeProduct(x: Value, axis: number, exclusive: boolean, reverse: boolean): Value {
  const size = x.shape[axis]!;
  /** Entries moved along the axis, with ones in the places that become free. */
  const moved = (values: Value, by: number): Value => {
    const zeros = x.shape.map(() => 0);
    const kept = slice(values, reverse ? zeros.with(axis, by) : zeros, x.shape.with(axis, size - by));
    const [before, after] = reverse ? [zeros, zeros.with(axis, by)] : [zeros.with(axis, by), zeros];
    return op("Pad", [kept, integers([...before, ...after]), scalar(1, x.type)], x.shape);
  };
  let product = exclusive && size > 0 ? moved(x, 1) : x;
  for (let by = 1; by < size; by *= 2) product = op("Mul", [product, moved(product, by)], x.shape);
  return product;
}

/** Sums and similar functions along axes. */
export const reductions: Kernels = {
  All: reduction("ReduceMin", { empty: 1 }),
  Any: reduction("ReduceMax", { empty: 0 }),
  ArgMax: position("ArgMax", Number.NEGATIVE_INFINITY),
  ArgMin: position("ArgMin", Number.POSITIVE_INFINITY),
  Cumprod: ({ inputs: { x }, attrs: { axis, exclusive, reverse } }) =>
    cumulativeProduct(counted(x!), util.parseAxisParam(axis, [...x!.shape])[0]!, exclusive, reverse),
  Cumsum: ({ inputs: { x }, attrs: { axis, exclusive, reverse } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
    return op("CumSum", [counted(x!), scalar(along, "int64")], x!.shape, attributes);
  },
  Max: extreme("ReduceMax"),
  Mean: reduction("ReduceMean", { as: (x) => cast(x, "float32"), empty: 0 }),
  Min: extreme("ReduceMin"),
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
