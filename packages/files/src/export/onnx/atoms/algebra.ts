import { cast, constant, integers, op, reshape, transpose, type Value } from "@weightcast/compile";

// Operators of ONNX on float64, from which U's recipes are written. Runtimes compute them once, when a session starts.

/** Constant of float64 numbers. */
export const numbers = (values: readonly number[], shape: readonly number[]): Value =>
  constant(Float64Array.from(values), shape, "float64");

/** One number. */
export const number = (value: number): Value => numbers([value], []);

/** Whole numbers ≥ 0 as float64, stored in a byte each if they are below 256. */
export const wholes = (values: readonly number[], shape: readonly number[]): Value =>
  cast(stored(values, shape), "float64");

/** Whole numbers ≥ 0 as indices. */
export const indices = (values: readonly number[]): Value => cast(stored(values, [values.length]), "int64");

const stored = (values: readonly number[], shape: readonly number[]): Value =>
  values.every((value) => value < 256)
    ? constant(Uint8Array.from(values), shape, "uint8")
    : constant(Int32Array.from(values), shape, "int32");

/** 0, 1, …, count − 1 as indices. */
export const counting = (count: number): Value =>
  op(
    "Range",
    [0, count, 1].map((value) => constant(BigInt64Array.of(BigInt(value)), [], "int64")),
    [count],
  );

/** The same as float64. */
export const range = (count: number): Value => cast(counting(count), "float64");

/** Operator on two values that are broadcast as in NumPy. */
const binary =
  (name: string, type?: Value["type"]) =>
  (a: Value, b: Value): Value =>
    op(name, [a, b], broadcastShape(a.shape, b.shape), {}, type);

export const add = binary("Add");
export const subtract = binary("Sub");
export const multiply = binary("Mul");
export const divide = binary("Div");
export const power = binary("Pow");
export const equal = binary("Equal", "bool");

const unary =
  (name: string) =>
  (x: Value): Value =>
    op(name, [x], x.shape);

export const exp = unary("Exp");
export const sqrt = unary("Sqrt");
export const sin = unary("Sin");
export const negative = unary("Neg");

/** Products of stacks of matrices, [J, n, k] and [J, k, m]. */
export const product = (a: Value, b: Value): Value => op("MatMul", [a, b], [...a.shape.slice(0, -1), b.shape.at(-1)!]);

/** Sum along an axis, which stays with length 1. */
export const sum = (x: Value, axis: number): Value =>
  op("ReduceSum", [x, integers([axis])], x.shape.with(axis, 1), { keepdims: 1 });

/** Entries of x at the given places of an axis. */
export const take = (x: Value, places: Value, axis: number): Value =>
  op("Gather", [x, places], x.shape.with(axis, places.shape[0]!), { axis });

/** Identity matrix, [n, n], as float64. */
export const identityMatrix = (n: number): Value => cast(equal(reshape(counting(n), [n, 1]), counting(n)), "float64");

export { cast, reshape, transpose, type Value };

function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
}
