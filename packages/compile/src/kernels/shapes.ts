import { util } from "@tensorflow/tfjs-core";
import { integers, op, scalar, sizeOf, type Value } from "../graph";
import { type Kernels, refuse } from "../kernel";

/** The same elements, in the same order, under another shape. */
export const reshape = (x: Value, shape: readonly number[]): Value => op("Reshape", [x, integers(shape)], shape);

/** Axes in another order: axis i of the result is axis perm[i] of x. */
export const transpose = (x: Value, perm: readonly number[]): Value =>
  op(
    "Transpose",
    [x],
    perm.map((axis) => x.shape[axis]!),
    { perm },
  );

/** An axis of size 1 more; `axis` counts from the end if it is negative. */
export const expand = (x: Value, axis: number): Value =>
  reshape(x, x.shape.toSpliced(axis < 0 ? x.shape.length + axis + 1 : axis, 0, 1));

/** The numbers ONNX has for types, as Cast's `to`. */
const typeNumber = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Elements of another type; floats are truncated to integers, and what is not 0 is true. */
export function cast(x: Value, type: Value["type"]): Value {
  if (x.type === type) return x;
  const from = x.type === "float32" && type === "int32" ? integral(x) : x;
  return op("Cast", [from], x.shape, { to: typeNumber[type] }, type);
}

/** What no int32 can hold becomes 0, as JavaScript has it for NaN and infinities; runtimes differ about it. */
function integral(x: Value): Value {
  const magnitude = op("Abs", [x], x.shape);
  const held = op("Less", [magnitude, scalar(2 ** 31, x.type)], x.shape, {}, "bool");
  return op("Where", [held, x, scalar(0, x.type)], x.shape, {}, x.type);
}

/** What changes shapes and types, not numbers. */
export const shapes: Kernels = {
  Cast: ({ inputs: { x }, attrs: { dtype } }) => (dtype in typeNumber ? cast(x!, dtype) : refuse(`to ${dtype}`)),
  ExpandDims: ({ inputs: { input }, attrs: { dim } }) => expand(input!, dim),
  Identity: ({ inputs: { x } }) => x!,
  Reshape: ({ inputs: { x }, attrs: { shape } }) => reshape(x!, util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  Transpose: ({ inputs: { x }, attrs: { perm } }) => transpose(x!, perm),
};
