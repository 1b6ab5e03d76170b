import { slice_util, type Tensor, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { constant, filled, integers, op, scalar, type Value } from "../graph/graph";
import type { Kernels } from "./kernel";
import { reshape } from "./shapes";

/** Slice with `size` entries of each axis: every `strides`-th entry from `begin` on. */
export function slice(
  x: Value,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[] = size.map(() => 1),
): Value {
  if (sizeOf(size) === 0) return filled(size, 0, x.type);
  const axes = [...x.shape.keys()].filter((axis) => size[axis] !== x.shape[axis] || strides[axis]! < 0);
  if (axes.length === 0) return x;
  const ends = axes.map((axis) => {
    const end = begin[axis]! + strides[axis]! * (size[axis]! - 1) + Math.sign(strides[axis]!);
    // Ends before the first entry; −1 would mean the last one.
    return end < 0 ? -x.shape[axis]! - 1 : end;
  });
  const of = (values: readonly number[]) => integers(axes.map((axis) => values[axis]!));
  return op("Slice", [x, of(begin), integers(ends), integers(axes), of(strides)], size);
}

/** Entries of one axis at constant indices. */
export const take = (x: Value, indices: readonly number[], axis: number): Value =>
  op("Gather", [x, constant(Int32Array.from(indices), [indices.length], "int32")], x.shape.with(axis, indices.length), {
    axis,
  });

/** Kernels that slice, pad and reverse. */
export const slicing: Kernels = {
  MirrorPad: ({ inputs: { x }, attrs: { paddings, mode } }) => {
    // "symmetric" repeats the outermost entry in the mirror image, "reflect" does not.
    const offset = mode === "reflect" ? 0 : 1;
    return (paddings as [number, number][]).reduce((padded, [before, after], axis) => {
      const size = x!.shape[axis]!;
      const indices = Array.from({ length: before + size + after }, (_, i) => {
        const at = i - before;
        return at < 0 ? -at - offset : at >= size ? 2 * (size - 1) - at + offset : at;
      });
      return before + after === 0 ? padded : take(padded, indices, axis);
    }, x!);
  },
  PadV2: ({ inputs: { x }, attrs: { paddings, constantValue } }) => {
    const pads = paddings as [number, number][];
    const shape = pads.map(([before, after], i) => before + x!.shape[i]! + after);
    if (sizeOf(x!.shape) === 0) return filled(shape, constantValue, x!.type);
    const amounts = integers([...pads.map(([before]) => before), ...pads.map(([, after]) => after)]);
    return op("Pad", [x, amounts, scalar(Number(constantValue), x!.type)], shape, { mode: "constant" });
  },
  Reverse: ({ inputs: { x }, attrs: { dims } }) => {
    const axes = util.parseAxisParam(dims, [...x!.shape]);
    const reversed = <T>(yes: (axis: number) => T, no: T) =>
      x!.shape.map((_, axis) => (axes.includes(axis) ? yes(axis) : no));
    const last = (axis: number) => x!.shape[axis]! - 1;
    return slice(
      x!,
      reversed(last, 0),
      x!.shape,
      reversed(() => -1, 1),
    );
  },
  Slice: ({ inputs: { x }, attrs: { begin, size } }) => {
    const [from, sizes] = slice_util.parseSliceParams(x as unknown as Tensor, begin, size);
    slice_util.assertParamsValid(x as unknown as Tensor, from!, sizes!);
    return slice(x!, from!, sizes!);
  },
  StridedSlice: ({ inputs: { x }, attrs }) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    const info = slice_util.sliceInfo(
      [...x!.shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    const size = slice_util.computeOutShape(info.begin, info.end, info.strides).map((count) => Math.max(0, count));
    return reshape(slice(x!, info.begin, size, info.strides), info.finalShape);
  },
};
