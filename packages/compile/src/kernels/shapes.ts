import { util } from "@tensorflow/tfjs-core";
import { arrayOf, constant, integers, op, scalar, sizeOf, type Value } from "../graph";
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

/** The numbers ONNX has for types, as Cast's `to`. */
const typeNumber = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Elements of another type. */
export const cast = (x: Value, type: Value["type"]): Value =>
  x.type === type ? x : op("Cast", [x], x.shape, { to: typeNumber[type] }, type);

/** What changes shapes and types, not numbers. */
export const shapes: Kernels = {
  Cast: ({ inputs: { x }, attrs: { dtype } }) => cast(x!, dtype),
  Fill: ({ attrs: { shape, value, dtype } }) => {
    const data = arrayOf(dtype ?? "float32", sizeOf(shape));
    return constant(data.fill(value as never), shape, dtype ?? "float32");
  },
  Identity: ({ inputs: { x } }) => x!,
  OneHot: ({ inputs: { indices }, attrs: { depth, onValue, offValue, dtype = "int32" } }) => {
    if (dtype !== "int32" && dtype !== "float32") refuse(`of type ${dtype}`);
    // Compared with 0 … depth − 1: an index out of range gives a row of off values, as TensorFlow.js has it.
    const classes = constant(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      "int32",
    );
    const shape = [...indices!.shape, depth];
    const hot = op("Equal", [reshape(indices!, [...indices!.shape, 1]), classes], shape, {}, "bool");
    return op("Where", [hot, scalar(onValue, dtype), scalar(offValue, dtype)], shape, {}, dtype);
  },
  Reshape: ({ inputs: { x }, attrs: { shape } }) => reshape(x!, util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  Transpose: ({ inputs: { x }, attrs: { perm } }) => transpose(x!, perm),
  ZerosLike: ({ inputs: { x } }) => constant(arrayOf(x!.type, sizeOf(x!.shape)), x!.shape, x!.type),
};
