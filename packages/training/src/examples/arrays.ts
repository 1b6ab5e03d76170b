import { checkOptionNames, shown } from "../arguments/shown";
import { type ArraySource, sourceOf } from "./array-source";
import { asClasses, type Column, columnOf, columnsOf, type ExampleNumbers, type Numbers } from "./column";

/** Options of {@link arrays}. */
export interface ArraysOptions {
  /** Examples per batch, an integer ≥ 1; the last batch may have fewer. @default 32 */
  readonly batchSize?: number;
  /** Seed of the order of every epoch, any safe integer. @default 0 */
  readonly seed?: number;
  /** Whether each epoch has its own order; otherwise, all have that of the arrays. @default true */
  readonly shuffle?: boolean;
  /** Weight of each example in the loss, ≥ 0. @default 1 each */
  readonly weights?: Numbers | readonly number[];
  /** Number of classes, if the only target is class numbers in [0, classes); they may then be plain numbers. @default none */
  readonly classes?: number;
}

/**
 * Source of examples in arrays or tensors, with one or several inputs and targets.
 *
 * Each input and target is a tensor, a typed array of one number per example, nested arrays of numbers, or
 * `{ values, shape }` with the shape of one example, as `{ values: pixels, shape: [28, 28, 1] }`. For several inputs or
 * targets, give a list of tensors, typed arrays or `{ values, shape }`, in the model's order; an array of arrays is one
 * input, row by row. Tensors are read here, once, and stay yours; arrays are not copied if their type allows, so don't
 * change them afterwards.
 *
 * Types: Int32Array and int32 tensors stay whole numbers, int32, and so do all arrays of integers as targets. Everything
 * else becomes float32, plain numbers too. For class numbers in plain numbers or floats, set `classes`.
 *
 * The order is a pure function of seed and epoch: the permutation of `stream(seed, "shuffle/<epoch>")`.
 *
 * @throws RangeError if there are no examples, counts or shapes differ, a number is not finite, or an option is out of range
 * @throws TypeError for what is no array of numbers
 */
export function arrays(
  inputs: ExampleNumbers | readonly ExampleNumbers[],
  targets: ExampleNumbers | readonly ExampleNumbers[],
  options: ArraysOptions = {},
): ArraySource {
  checkOptionNames(
    "arrays",
    options,
    { batchSize: true, seed: true, shuffle: true, weights: true, classes: true },
    { size: "it is batchSize" },
  );
  const { classes, weights, ...order } = options;
  const numbers = columnsOf("arrays", targets, "target");
  if (classes !== undefined && !(Number.isSafeInteger(classes) && classes >= 1 && numbers.length === 1))
    throw new RangeError(
      `arrays: classes must be an integer of at least 1, for a single target; got ${shown(classes)} for ${numbers.length}`,
    );
  return sourceOf(
    "arrays",
    {
      inputs: columnsOf("arrays", inputs, "input"),
      targets: classes === undefined ? numbers : [asClasses("arrays: the targets", numbers[0]!, classes)],
      ...(weights && { weights: weightsOf(weights) }),
    },
    order,
  );
}

function weightsOf(weights: Numbers | readonly number[]): Column {
  const column = columnOf("arrays", "weights", weights, "target");
  const values = Float32Array.from(column.values);
  const wrong = values.find((weight) => weight < 0);
  if (wrong !== undefined) throw new RangeError(`arrays: weights must be at least 0; got ${wrong}`);
  return { ...column, dtype: "float32", values };
}
