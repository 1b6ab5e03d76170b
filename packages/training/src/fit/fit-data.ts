import type * as tfl from "@tensorflow/tfjs-layers";
import { shown } from "../arguments/shown";
import { type ArraySource, type Columns, sourceOf } from "../examples/array-source";
import { type Column, columnOf, type ExampleNumbers, type Role } from "../examples/column";
import { allows, type OutputShape } from "../tasks/task";
import { type ClassWeights, classWeightsOf } from "./class-weights";
import type { Compiled } from "./compiled-model";
import type { FitArgs, FitData } from "./fit-args";

/** Sources that a fit trains and validates on. */
export interface FitSources {
  readonly training: ArraySource;
  readonly validation?: ArraySource;
}

/**
 * Sources of the data of a fit. As in tf.layers, `validationSplit` takes the last examples, before any shuffling.
 * @throws RangeError or TypeError for data that do not fit the model
 */
export function fitSources(
  model: tfl.LayersModel,
  compiled: Compiled,
  { x, y }: { readonly x: FitData; readonly y: FitData },
  args: FitArgs,
): FitSources {
  const { batchSize = 32, shuffle = true, seed = 0, validationData, validationSplit = 0 } = args;
  const order = { batchSize, seed };
  const data = columnsFor("fit", model, compiled, x, y);
  const weights = weightsFor(model, data.targets, args);
  const all = { ...data, targets: [...data.targets, ...weights] };
  if (validationData)
    return {
      training: sourceOf("fit", all, { ...order, shuffle }),
      validation: validationSource("fit", model, compiled, validationData, batchSize),
    };
  if (validationSplit === 0) return { training: sourceOf("fit", all, { ...order, shuffle }) };
  const { count } = data.inputs[0]!;
  const splitAt = Math.floor(count * (1 - validationSplit));
  if (splitAt === 0 || splitAt === count)
    throw new RangeError(
      `fit: validationSplit must leave examples for both; got ${validationSplit} of ${count} examples`,
    );
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  return {
    training: sourceOf("fit", all, { ...order, shuffle, rows: rows.subarray(0, splitAt) }),
    validation: sourceOf("fit", data, { ...order, shuffle: false, rows: rows.subarray(splitAt) }),
  };
}

/** Source of validation data [inputs, targets]. @throws TypeError for anything else */
export function validationSource(
  who: string,
  model: tfl.LayersModel,
  compiled: Compiled,
  data: readonly [FitData, FitData],
  batchSize: number,
): ArraySource {
  const what = `${who}: validationData`;
  if (!Array.isArray(data) || data.length !== 2)
    throw new TypeError(`${what} must be [inputs, targets]; got ${shown(data)}`);
  const [x, y] = data as readonly [FitData, FitData];
  return sourceOf(what, columnsFor(what, model, compiled, x, y), { batchSize, shuffle: false });
}

/** Inputs and targets as a model takes them. @param who takes them, for messages */
export function columnsFor(who: string, model: tfl.LayersModel, { sparse }: Compiled, x: FitData, y: FitData): Columns {
  const inputs = listed(who, "x", x, model.inputNames, "input").map((column, i) => {
    const { dtype, shape } = model.inputs[i]!;
    checkShape(`${who}: x: ${model.inputNames[i]}`, shape.slice(1), column);
    return as(column, dtype === "int32" ? "int32" : "float32");
  });
  const targets = listed(who, "y", y, model.outputNames, "target").map((column, i) => {
    const shape = model.outputs[i]!.shape.slice(1);
    // As in tf.layers, one class number for each example or step.
    const expected = sparse[i] ? [...shape.slice(0, -1), 1] : shape;
    checkShape(`${who}: y: ${model.outputNames[i]}`, expected, column);
    // The loss of tf.layers takes class numbers as floats.
    return sparse[i] ? as(column, "float32") : column;
  });
  return { inputs, targets };
}

/** Columns of data in the order of the names. */
function listed(who: string, what: "x" | "y", data: FitData, names: readonly string[], role: Role): readonly Column[] {
  const named = (given: ExampleNumbers, i: number) => {
    const column = columnOf(who, `${what} ("${names[i]}")`, given, role);
    return column.shape.length === 0 ? { ...column, shape: [1] } : column;
  };
  const first = Array.isArray(data) ? data[0] : undefined;
  if (typeof first === "object" && !Array.isArray(first)) {
    const list = data as readonly ExampleNumbers[];
    if (list.length !== names.length)
      throw new RangeError(
        `${who}: ${what} must have one entry for each of ${names.join(", ")}, in this order; got ${list.length}`,
      );
    return list.map(named);
  }
  const isPlain = typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;
  if (isPlain && !("values" in data)) {
    const byName = data as { readonly [name: string]: ExampleNumbers };
    const missing = names.find((name) => byName[name] === undefined);
    if (missing !== undefined)
      throw new RangeError(`${who}: ${what} by name must have ${names.join(", ")}; got ${shown(data)}`);
    return names.map((name, i) => named(byName[name]!, i));
  }
  if (names.length !== 1)
    throw new RangeError(
      `${who}: ${what} must be a list in the order of ${names.join(", ")}, or an object with these names; got ${shown(data)}`,
    );
  return [named(data as ExampleNumbers, 0)];
}

function checkShape(what: string, expected: OutputShape, { shape }: Column): void {
  if (!allows(expected, shape))
    throw new RangeError(
      `${what} must have examples of shape [${expected.map((size) => size ?? "any")}]; got [${shape}]`,
    );
}

/** The same column in the type of a model's input, as tf.layers casts it. */
function as(column: Column, dtype: Column["dtype"]): Column {
  if (column.dtype === dtype) return column;
  const { values } = column;
  return { ...column, dtype, values: dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values) };
}

/** A column of weights for each output, if there are class weights or weights of examples. */
export function weightsFor(
  model: tfl.LayersModel,
  targets: readonly Column[],
  {
    classWeight,
    sampleWeight,
  }: { readonly classWeight?: ClassWeights | undefined; readonly sampleWeight?: ExampleNumbers },
): Column[] {
  if (!classWeight && !sampleWeight) return [];
  const samples = sampleWeight && columnOf("fit", "sampleWeight", sampleWeight, "target");
  const byClass = classWeightsOf(model, targets, classWeight);
  return targets.map(({ count }, i) => {
    const values = Float32Array.from(byClass[i] ?? new Float32Array(count).fill(1));
    if (samples && (samples.count !== count || samples.values.length !== count))
      throw new RangeError(
        `fit: sampleWeight must be one number for each of the ${count} examples; got ${samples.values.length}`,
      );
    if (samples) for (const [k, weight] of samples.values.entries()) values[k] = values[k]! * weight;
    return { shape: [], dtype: "float32", values, count };
  });
}
