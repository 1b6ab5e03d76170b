import { backend_util, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { filled, integers, op, ops, type Value } from "../graph/graph";
import type { Kernels } from "./kernel";
import { cast, expand, reshape } from "./shapes";

/** Concatenation along an axis; the result has the type of the first value. */
function concat(values: readonly Value[], axis: number): Value {
  const [first] = values as readonly [Value];
  const along = util.parseAxisParam(axis, [...first.shape])[0]!;
  const shapes = values.map(({ shape }) => [...shape]);
  backend_util.assertParamsConsistent(shapes, along);
  const shape = backend_util.computeOutShape(shapes, along);
  const parts = values.filter((value) => sizeOf(value.shape) > 0).map((value) => cast(value, first.type));
  if (parts.length === 0) return filled(shape, 0, first.type);
  return parts.length === 1 ? parts[0]! : op("Concat", parts, shape, { axis: along });
}

/** Parts of a value with the given sizes along an axis. */
function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  if (sizes.length < 2) return sizes.length === 0 ? [] : [x];
  const results = sizes.map((part) => ({ shape: x.shape.with(axis, part), type: x.type }));
  return ops("Split", [x, integers(sizes)], results, { axis });
}

/** Kernels that join tensors and split them. */
export const joining: Kernels = {
  Concat: ({ inputs, attrs: { axis } }) => concat(Object.values(inputs), axis),
  Pack: ({ inputs, attrs: { axis } }) =>
    concat(
      Object.values(inputs).map((value) => expand(value, axis)),
      axis,
    ),
  SplitV: ({ inputs: { x }, attrs: { numOrSizeSplits, axis } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    // `prepareSplitSize` reads only the shape.
    const sized = x as unknown as Parameters<typeof backend_util.prepareSplitSize>[0];
    return split(x!, backend_util.prepareSplitSize(sized, numOrSizeSplits, along), along);
  },
  Tile: ({ inputs: { x }, attrs: { reps } }) => {
    const shape = x!.shape.map((size, i) => size * reps[i]);
    // A repeated number is an expansion, which operators that broadcast do without.
    const isExpansion = x!.shape.every((size, i) => size === 1 || reps[i] === 1);
    return isExpansion ? op("Expand", [x, integers(shape)], shape) : op("Tile", [x, integers(reps)], shape);
  },
  Unpack: ({ inputs: { value }, attrs: { axis } }) => {
    const along = util.parseAxisParam(axis, [...value!.shape])[0]!;
    const ones = new Array<number>(value!.shape[along]!).fill(1);
    return split(value!, ones, along).map((part) => reshape(part, part.shape.toSpliced(along, 1)));
  },
};
