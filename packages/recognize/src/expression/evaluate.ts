import { sizeOf } from "@weightcast/types";
import { type Value, valuesIn } from "./value";

/** Precision in which a runtime computes a formula. */
export type Precision = "float64" | "float32";

/**
 * Numbers of a formula, row-major, each operation rounded to the precision, as a runtime computes them.
 *
 * @param tensors numbers of the file's tensors by name
 */
export function evaluate(
  output: Value,
  precision: Precision,
  tensors: (name: string) => ArrayLike<number> = () => [],
): Float64Array {
  const results = new Map<Value, Float64Array>();
  for (const value of valuesIn(output)) {
    const result = compute(value, (input) => results.get(input)!, tensors);
    if (precision === "float32") for (let i = 0; i < result.length; i++) result[i] = Math.fround(result[i]!);
    results.set(value, result);
  }
  return results.get(output)!;
}

type Known = (value: Value) => Float64Array;

function compute(value: Value, known: Known, tensors: (name: string) => ArrayLike<number>): Float64Array {
  if (value.kind === "tensor") return Float64Array.from(tensors(value.name));
  if (value.kind === "constant") return Float64Array.from(value.values);
  if (value.kind === "range") return Float64Array.from({ length: value.shape[0]! }, (_, i) => i);
  const [a, b] = value.inputs as [Value, Value];
  const { op } = value;
  if (Object.hasOwn(binary, op)) return zipped(binary[op as Binary], a, b, value.shape, known);
  if (Object.hasOwn(unary, op)) return known(a).map(unary[op as keyof typeof unary]);
  if (op === "reshape" || op === "whole") return known(a).slice();
  if (op === "repeat")
    return zipped(
      (x) => x,
      a,
      { ...a, shape: value.shape },
      value.shape,
      () => known(a),
    );
  if (op === "product") return matrixProduct(a, b, known);
  if (op === "transpose") return moved(a.shape, value.order!, known(a));
  if (op === "take") return taken(known(a), sizeOf(a.shape.slice(1)), known(b));
  if (op === "slice") return sliced(known(a), a.shape, value.axis!, value.start!, value.shape[value.axis!]!);
  return concatenated(value.inputs, value.axis!, known);
}

type Binary = keyof typeof binary;

const binary = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  power: (a: number, b: number) => a ** b,
  less: (a: number, b: number) => Number(a < b),
  equal: (a: number, b: number) => Number(a === b),
};

const unary = { absolute: Math.abs, exponential: Math.exp, sine: Math.sin, floor: Math.floor };

/** Steps by which the entries of a shape are visited, when it is broadcast to another. */
function stepsOf(shape: readonly number[], to: readonly number[]): readonly number[] {
  const steps = new Array<number>(to.length).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) steps[axis + to.length - shape.length] = step;
    step *= shape[axis]!;
  }
  return steps;
}

function zipped(
  of: (a: number, b: number) => number,
  a: Value,
  b: Value,
  shape: readonly number[],
  known: Known,
): Float64Array {
  const [x, y] = [known(a), known(b)];
  const [left, right] = [stepsOf(a.shape, shape), stepsOf(b.shape, shape)];
  const result = new Float64Array(sizeOf(shape));
  const place = shape.map(() => 0);
  let [i, j] = [0, 0];
  for (let k = 0; k < result.length; k++) {
    result[k] = of(x[i]!, y[j] ?? 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis]!++;
      i += left[axis]!;
      j += right[axis]!;
      if (place[axis]! < shape[axis]!) break;
      i -= left[axis]! * shape[axis]!;
      j -= right[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return result;
}

function matrixProduct(a: Value, b: Value, known: Known): Float64Array {
  const [rows, inner, cols] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const [x, y] = [known(a), known(b)];
  const result = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++)
      for (let j = 0; j < cols; j++) result[i * cols + j]! += x[i * inner + k]! * y[k * cols + j]!;
  return result;
}

/** Entries with the axes in another order. */
export function moved(shape: readonly number[], order: readonly number[], values: ArrayLike<number>): Float64Array {
  const to = order.map((axis) => shape[axis]!);
  const own = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float64Array(values.length);
  const place = to.map(() => 0);
  let from = 0;
  for (let k = 0; k < result.length; k++) {
    result[k] = values[from]!;
    for (let i = to.length - 1; i >= 0; i--) {
      place[i]!++;
      from += own[order[i]!]!;
      if (place[i]! < to[i]!) break;
      from -= own[order[i]!]! * to[i]!;
      place[i] = 0;
    }
  }
  return result;
}

function taken(x: Float64Array, size: number, places: Float64Array): Float64Array {
  const result = new Float64Array(places.length * size);
  for (const [i, place] of places.entries()) result.set(x.subarray(place * size, (place + 1) * size), i * size);
  return result;
}

function sliced(x: Float64Array, shape: readonly number[], axis: number, start: number, count: number): Float64Array {
  const [outer, inner, length] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1)), shape[axis]!];
  const result = new Float64Array(outer * count * inner);
  for (let i = 0; i < outer; i++)
    result.set(x.subarray((i * length + start) * inner, (i * length + start + count) * inner), i * count * inner);
  return result;
}

function concatenated(inputs: readonly Value[], axis: number, known: Known): Float64Array {
  const outer = sizeOf(inputs[0]!.shape.slice(0, axis));
  const total = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const result = new Float64Array(total);
  let at = 0;
  for (let i = 0; i < outer; i++)
    for (const input of inputs) {
      const size = sizeOf(input.shape) / outer;
      result.set(known(input).subarray(i * size, (i + 1) * size), at);
      at += size;
    }
  return result;
}
