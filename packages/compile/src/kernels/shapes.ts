import { util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { integers, op, scalar, type Value } from "../graph/graph";
import { type Kernels, refuse } from "./kernel";

/** Value with the same elements in the same order and another shape. */
export const reshape = (x: Value, shape: readonly number[]): Value => op("Reshape", [x, integers(shape)], shape);

/** Value with its axes in another order: axis i of the result is axis perm[i] of x. */
export const transpose = (x: Value, perm: readonly number[]): Value =>
  op(
    "Transpose",
    [x],
    perm.map((axis) => x.shape[axis]!),
    { perm },
  );

/** Value with an additional axis of size 1; a negative `axis` counts from the end. */
export const expand = (x: Value, axis: number): Value =>
  reshape(x, x.shape.toSpliced(axis < 0 ? x.shape.length + axis + 1 : axis, 0, 1));

/** ONNX's numbers of types, for Cast's attribute `to`. */
const typeNumber = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Value with its elements converted to another type: floats are truncated to integers, and nonzero numbers are true. */
export function cast(x: Value, type: Value["type"]): Value {
  if (x.type === type) return x;
  const from = x.type === "float32" && type === "int32" ? integral(x) : x;
  return op("Cast", [from], x.shape, { to: typeNumber[type] }, type);
}

/** Floats with 0 in place of everything that no int32 can hold, as in JavaScript for NaN and infinities; runtimes differ. */
function integral(x: Value): Value {
  const magnitude = op("Abs", [x], x.shape);
  const fits = op("Less", [magnitude, scalar(2 ** 31, x.type)], x.shape, {}, "bool");
  return op("Where", [fits, x, scalar(0, x.type)], x.shape, {}, x.type);
}

/** Kernels that change shapes and types, not numbers. */
export const shapes: Kernels = {
  Cast: ({ inputs: { x }, attrs: { dtype } }) => (dtype in typeNumber ? cast(x!, dtype) : refuse(`to ${dtype}`)),
  ExpandDims: ({ inputs: { input }, attrs: { dim } }) => expand(input!, dim),
  Identity: ({ inputs: { x } }) => x!,
  Reshape: ({ inputs: { x }, attrs: { shape } }) => reshape(x!, util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  Transpose: ({ inputs: { x }, attrs: { perm } }) => transpose(x!, perm),
};
