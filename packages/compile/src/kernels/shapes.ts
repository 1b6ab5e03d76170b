import { util } from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { type ElementType, integers, op, scalar, type TensorType, type Value } from "../graph/graph";
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

/** ONNX's numbers of types, TensorProto.DataType. */
export const typeNumber: { readonly [type in ElementType]: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/**
 * Value with its elements converted to another type: floats are truncated to integers, and nonzero numbers are true. As
 * in JavaScript, NaN and infinities become the int32 0, and larger numbers are taken modulo 2³².
 */
export function cast(x: Value, type: Value["type"]): Value {
  if (x.type === type) return x;
  const isFloat = x.type === "float32" || x.type === "float64";
  return isFloat && type === "int32" ? converted(integral(x), type) : converted(x, type);
}

const converted = (x: Value, type: Value["type"]): Value => op("Cast", [x], x.shape, { to: typeNumber[type] }, type);

/**
 * Floats as int64 modulo 2³², with 0 in place of what an int64 cannot hold, where runtimes differ: all float32 from 2⁶³ on
 * are multiples of 2³². Without the modulus, ONNX Runtime makes one conversion of the two, which does not wrap around.
 */
function integral(x: Value): Value {
  const magnitude = op("Abs", [x], x.shape);
  const fits = op("Less", [magnitude, scalar(2 ** 63, x.type)], x.shape, {}, "bool");
  const whole = converted(op("Where", [fits, x, scalar(0, x.type)], x.shape, {}, x.type), "int64");
  return op("Mod", [whole, scalar(2 ** 32, "int64")], x.shape);
}

const isTensorType = (dtype: string): dtype is TensorType => ["float32", "int32", "bool"].includes(dtype);

/** Kernels that change shapes and types, not numbers. */
export const shapes: Kernels = {
  Cast: ({ inputs: { x }, attrs: { dtype } }) => (isTensorType(dtype) ? cast(x!, dtype) : refuse(`to ${dtype}`)),
  ExpandDims: ({ inputs: { input }, attrs: { dim } }) => expand(input!, dim),
  Identity: ({ inputs: { x } }) => x!,
  Reshape: ({ inputs: { x }, attrs: { shape } }) => reshape(x!, util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  Transpose: ({ inputs: { x }, attrs: { perm } }) => transpose(x!, perm),
};
