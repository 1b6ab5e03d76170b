import type * as tf from "@tensorflow/tfjs-core";
import { type Part, sizeOf, type Values } from "@weightcast/types";
import { shown } from "../arguments/shown";

/** Typed array of numbers. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** Numbers in arrays of arrays, the outermost with an entry for each example. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[];

/** Numbers with the shape of one example. */
export interface ShapedNumbers {
  /** Numbers of all examples, one example after the other; or nested, without a shape. */
  readonly values: Numbers | NestedNumbers;
  /** Shape of one example, without the batch axis. @default that of nested arrays; of others, one number for each example */
  readonly shape?: readonly number[];
}

/** Numbers of all examples for one input or target. A tensor's first axis counts the examples. */
export type ExampleNumbers = tf.Tensor | Numbers | NestedNumbers | ShapedNumbers;

/** One input or target of all examples. */
export interface Column extends Part {
  /** [count, …shape], row-major. */
  readonly values: Values;
  readonly count: number;
}

/** What the examples of a column are. */
export const partOf = ({ shape, dtype, classes }: Column): Part => ({
  shape,
  dtype,
  ...(classes !== undefined && { classes }),
});

/** Whether a column is what the model takes or what its outputs are compared with. */
export type Role = "input" | "target";

const integers: ReadonlySet<string> = new Set([
  ...["Int32Array", "Int16Array", "Uint16Array", "Int8Array", "Uint8Array", "Uint8ClampedArray"],
]);

const kindOf = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value) ? (Reflect.get(value, Symbol.toStringTag) as string | undefined) : undefined;

const isNumbers = (value: unknown): value is Numbers => {
  const kind = kindOf(value);
  return kind !== undefined && (integers.has(kind) || kind === "Float32Array" || kind === "Float64Array");
};

const isTensor = (value: unknown): value is tf.Tensor => typeof Object(value).dataSync === "function";

/** Columns of what may be one or several. Several are a list of tensors, typed arrays or shaped numbers. */
export function columnsOf(who: string, given: ExampleNumbers | readonly ExampleNumbers[], role: Role): Column[] {
  const isList = Array.isArray(given) && typeof given[0] === "object" && !Array.isArray(given[0]);
  const all = (isList ? given : [given]) as readonly ExampleNumbers[];
  return all.map((one, i) => columnOf(who, all.length > 1 ? `${role} ${i}` : `the ${role}s`, one, role));
}

/**
 * Column of numbers in any form. Int32Array and int32 tensors stay whole numbers; so do the other arrays of integers and bool
 * tensors as targets. All else becomes float32.
 * @param name what it is, for messages
 */
export function columnOf(who: string, name: string, given: ExampleNumbers, role: Role): Column {
  const { values, shape, whole } = read(`${who}: ${name}`, given, role);
  const size = sizeOf(shape);
  if (values.length === 0 || values.length % size !== 0)
    throw new RangeError(
      values.length === 0
        ? `${who}: ${name} must have examples; got none`
        : `${who}: ${name} must have a multiple of ${size} numbers, for examples of shape [${shape}]; got ${values.length}`,
    );
  const count = values.length / size;
  if (whole) return { shape, count, dtype: "int32", values: isInt32(values) ? values : Int32Array.from(values) };
  const floats = kindOf(values) === "Float32Array" ? (values as Float32Array) : Float32Array.from(values);
  checkFinite(`${who}: ${name}`, floats, size);
  return { shape, count, dtype: "float32", values: floats };
}

const isInt32 = (values: unknown): values is Int32Array => kindOf(values) === "Int32Array";

/** Shape of an example of one number: as in tf.layers, [1] for inputs. */
const singleOf = (role: Role): readonly number[] => (role === "input" ? [1] : []);

interface Read {
  readonly values: Numbers;
  readonly shape: readonly number[];
  readonly whole: boolean;
}

function read(where: string, given: ExampleNumbers, role: Role): Read {
  const single = singleOf(role);
  if (isTensor(given)) return readTensor(where, given, role);
  if (isNumbers(given)) {
    const kind = kindOf(given)!;
    return {
      values: given,
      shape: single,
      whole: kind === "Int32Array" || (role === "target" && integers.has(kind)),
    };
  }
  if (Array.isArray(given)) {
    const shape = nestedShape(given);
    const values: number[] = [];
    flatten(where, given, shape, values);
    return { values: Float64Array.from(values), shape: shape.length === 1 ? single : shape.slice(1), whole: false };
  }
  const { values, shape } = Object(given) as Partial<ShapedNumbers>;
  if (!isNumbers(values) && !Array.isArray(values))
    throw new TypeError(
      `${where} must be a tensor, a typed array, nested arrays of numbers, or { values, shape }; got ${shown(given)}`,
    );
  const inner = read(where, values, role);
  if (shape === undefined) return inner;
  if (!Array.isArray(shape) || !shape.every((axis) => Number.isSafeInteger(axis) && axis > 0))
    throw new RangeError(
      `${where}: shape must be a list of positive integers, that of one example; got ${shown(shape)}`,
    );
  return { ...inner, shape: [...shape] };
}

function readTensor(where: string, tensor: tf.Tensor, role: Role): Read {
  const { shape, dtype } = tensorPart(where, tensor, role);
  return { values: tensor.dataSync() as Numbers, shape, whole: dtype === "int32" };
}

/** What the examples of a tensor are, whose first axis counts them. @throws TypeError or RangeError for other tensors */
export function tensorPart(where: string, { dtype, shape, rank }: tf.Tensor, role: Role): Part {
  if (!["float32", "int32", "bool"].includes(dtype))
    throw new TypeError(`${where} must be numbers; got a tensor of ${dtype}`);
  if (rank === 0) throw new RangeError(`${where} must have an axis of examples; got a scalar`);
  const whole = dtype === "int32" || (dtype === "bool" && role === "target");
  return { shape: rank === 1 ? singleOf(role) : shape.slice(1), dtype: whole ? "int32" : "float32" };
}

/** Shape of nested arrays, by their first entries. */
function nestedShape(nested: unknown): number[] {
  return Array.isArray(nested) ? [nested.length, ...nestedShape(nested[0])] : [];
}

/** Appends the numbers of nested arrays. @throws TypeError or RangeError for what is no number, or rows of other lengths */
function flatten(where: string, nested: unknown, shape: readonly number[], into: number[]): void {
  if (shape.length === 0) {
    if (typeof nested !== "number" && typeof nested !== "boolean")
      throw new TypeError(`${where} must be numbers; got ${shown(nested)} at place ${into.length}`);
    into.push(Number(nested));
    return;
  }
  if (!Array.isArray(nested) || nested.length !== shape[0])
    throw new RangeError(
      `${where} must be nested arrays of equal lengths; got ${Array.isArray(nested) ? nested.length : shown(nested)} entries instead of ${shape[0]}`,
    );
  for (const one of nested) flatten(where, one, shape.slice(1), into);
}

function checkFinite(where: string, values: Float32Array, size: number): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new RangeError(
      `${where} must be finite numbers; got ${values[index]} in example ${Math.floor(index / size)}, place ${index % size} (both from 0); clean the data`,
    );
}

/**
 * The same column as class numbers.
 * @throws RangeError for a number that is no class
 */
export function asClasses(where: string, { values, shape, count }: Column, classes: number): Column {
  const wrong = values.find((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
  if (wrong !== undefined) throw new RangeError(`${where} must be class numbers in [0, ${classes}); got ${wrong}`);
  return { shape, count, classes, dtype: "int32", values: Int32Array.from(values) };
}
