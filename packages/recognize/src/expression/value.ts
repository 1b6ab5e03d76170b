import { sizeOf } from "@weightcast/types";
import type { NumberType } from "../tensors/number-type";

/** Operator of an expression; broadcasting is that of NumPy. */
export type Operator =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "minimum"
  | "maximum"
  | "absolute"
  | "exponential"
  | "power"
  | "sine"
  | "floor"
  | "less"
  | "equal"
  | "product"
  | "reshape"
  | "transpose"
  | "concatenate"
  | "slice"
  | "take"
  | "repeat"
  | "whole";

/**
 * Value of a formula: what an operator makes of other values, a range, a constant, or a tensor of the file. `real` numbers are of the
 * precision in which a runtime computes the formula; `index` are whole numbers.
 */
export type Value = {
  readonly shape: readonly number[];
  readonly type: "real" | "index";
} & (
  | { readonly kind: "tensor"; readonly name: string }
  | { readonly kind: "constant"; readonly values: ArrayLike<number>; readonly stored: NumberType }
  | { readonly kind: "range" }
  | {
      readonly kind: "operation";
      readonly op: Operator;
      readonly inputs: readonly Value[];
      /** Of `concatenate` and `take`; of `slice` with where it starts. */
      readonly axis?: number;
      readonly start?: number;
      /** Of `transpose`: axes in their new order. */
      readonly order?: readonly number[];
    }
);

/** Tensor of the file by its name. */
export const tensor = (name: string, shape: readonly number[]): Value => ({
  kind: "tensor",
  type: "real",
  name,
  shape,
});

/** Numbers, stored in a type that holds them. */
export const numbers = (
  values: ArrayLike<number>,
  shape: readonly number[],
  stored: NumberType = smallestType(values),
): Value => ({ kind: "constant", type: "real", values, shape, stored });

export const number = (value: number): Value => numbers([value], []);

/** Whole numbers from 0 as indices. */
export const indices = (values: readonly number[]): Value => ({
  ...{ kind: "constant", type: "index", values, shape: [values.length] },
  stored: values.every((value) => value < 256) ? "uint8" : "int32",
});

/** 0, 1, …, count − 1 as real numbers. */
export const range = (count: number): Value => ({ kind: "range", type: "real", shape: [count] });

/** Smallest type that holds numbers exactly. */
function smallestType(values: ArrayLike<number>): NumberType {
  const all = Array.from(values);
  if (all.every((value) => Number.isInteger(value) && value >= 0 && value < 256 && !Object.is(value, -0)))
    return "uint8";
  return all.every((value) => Math.fround(value) === value) ? "float32" : "float64";
}

const binary =
  (op: Operator) =>
  (a: Value, b: Value): Value => ({
    ...{ kind: "operation", type: "real", op, inputs: [a, b] },
    shape: broadcastShape(a.shape, b.shape),
  });

export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");
export const minimum = binary("minimum");
export const maximum = binary("maximum");
export const power = binary("power");
/** 1 where a < b, else 0. */
export const less = binary("less");
/** 1 where a = b, else 0. */
export const equal = binary("equal");

const unary =
  (op: Operator) =>
  (x: Value): Value => ({ kind: "operation", type: "real", op, inputs: [x], shape: x.shape });

export const absolute = unary("absolute");
export const exponential = unary("exponential");
export const sine = unary("sine");
export const floor = unary("floor");

/** Real whole numbers as indices. */
export const whole = (x: Value): Value => ({
  kind: "operation",
  type: "index",
  op: "whole",
  inputs: [x],
  shape: x.shape,
});

/** Matrix product. */
export const product = (a: Value, b: Value): Value => ({
  ...{ kind: "operation", type: "real", op: "product", inputs: [a, b] },
  shape: [a.shape[0]!, b.shape[1]!],
});

export const reshape = (x: Value, shape: readonly number[]): Value =>
  x.shape.length === shape.length && x.shape.every((length, axis) => length === shape[axis])
    ? x
    : { kind: "operation", type: x.type, op: "reshape", inputs: [x], shape };

export const transpose = (x: Value, order: readonly number[]): Value =>
  order.every((axis, i) => axis === i)
    ? x
    : {
        kind: "operation",
        type: x.type,
        op: "transpose",
        inputs: [x],
        order,
        shape: order.map((axis) => x.shape[axis]!),
      };

export const concatenate = (inputs: readonly Value[], axis: number): Value =>
  inputs.length === 1
    ? inputs[0]!
    : {
        ...{ kind: "operation", type: "real", op: "concatenate", inputs, axis },
        shape: inputs[0]!.shape.with(
          axis,
          inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0),
        ),
      };

/** `count` entries of an axis from `start`. */
export const slice = (x: Value, axis: number, start: number, count: number): Value => ({
  ...{ kind: "operation", type: x.type, op: "slice", inputs: [x], axis, start },
  shape: x.shape.with(axis, count),
});

/** Entries of the first axis at indices. */
export const take = (x: Value, places: Value): Value => ({
  ...{ kind: "operation", type: x.type, op: "take", inputs: [x, places], axis: 0 },
  shape: [...places.shape, ...x.shape.slice(1)],
});

/** The values repeated along axes of length 1. */
export const repeat = (x: Value, shape: readonly number[]): Value => ({
  ...{ kind: "operation", type: "real", op: "repeat", inputs: [x], shape },
});

function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => (at(a, axis) === 1 ? at(b, axis) : at(a, axis)));
}

/** Values of a formula, each once, those that others need first. */
export function valuesIn(...outputs: readonly Value[]): readonly Value[] {
  const found = new Set<Value>();
  const visit = (value: Value): void => {
    if (found.has(value)) return;
    if (value.kind === "operation") for (const input of value.inputs) visit(input);
    found.add(value);
  };
  for (const output of outputs) visit(output);
  return [...found];
}

/** Bytes of the constants in a formula. */
export const storedBytes = (value: Value): number =>
  valuesIn(value).reduce(
    (sum, one) => sum + (one.kind === "constant" ? sizeOf(one.shape) * bytesOf[one.stored]! : 0),
    0,
  );

const bytesOf: Partial<Record<NumberType, number>> = {
  uint8: 1,
  int32: 4,
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
};
