import type { Part, Values } from "@weightcast/types";
import { type AnyBatch, hasParts, inputsOf, type Source, targetsOf, valuesOf } from "../examples/examples";
import { shown } from "./shown";

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/**
 * Refuses what is no source of batches.
 * @param who the caller's name, for the message
 * @throws TypeError or RangeError that says what was given, and what to do
 */
export function checkSource(who: string, source: Source): void {
  if (typeof Object(source).batches !== "function")
    throw new TypeError(
      `${who}: the source must be an object with batches(epoch), as arrays(xs, ys) makes it, or source(…) of @weightcast/datasets; got ${shown(source)}`,
    );
  const { count, batchSize, batchesPerEpoch } = source;
  const classes = hasParts(source) ? {} : { classes: source.classes };
  for (const [name, value] of Object.entries({ count, batchSize, batchesPerEpoch, ...classes }))
    if (!isCount(value))
      throw new RangeError(`${who}: the source's ${name} must be an integer of at least 1; got ${shown(value)}`);
  if (hasParts(source)) {
    checkParts(who, "inputs", source.inputs);
    checkParts(who, "targets", source.targets);
  } else if (!isShape(source.inputShape))
    throw new RangeError(
      `${who}: the source's inputShape must be a list of positive integers; got ${shown(source.inputShape)}`,
    );
}

const isShape = (shape: unknown): boolean => Array.isArray(shape) && shape.every(isCount);

function checkParts(who: string, name: string, parts: readonly Part[]): void {
  const isPart = (part: Part) => isShape(Object(part).shape) && ["float32", "int32"].includes(Object(part).dtype);
  const ofNone =
    Array.isArray(parts) && parts.find((part) => Object(part).classes !== undefined && !isCount(part.classes));
  if (ofNone)
    throw new RangeError(
      `${who}: the classes of the source's ${name} must be an integer of at least 1; got ${shown(ofNone.classes)}`,
    );
  if (!Array.isArray(parts) || parts.length === 0 || !parts.every(isPart))
    throw new RangeError(
      `${who}: the source's ${name} must be a list of { shape, dtype }, such as [{ shape: [3], dtype: "float32" }]; got ${shown(parts)}`,
    );
}

/**
 * Batches of an epoch of a source, each of the announced types. They come asynchronously if those of the source do.
 * @throws TypeError for others
 */
export function batchesOf(source: Source, epoch: number, from?: number): Iterable<AnyBatch> | AsyncIterable<AnyBatch> {
  const batches = source.batches(epoch, from) as Iterable<AnyBatch> | AsyncIterable<AnyBatch>;
  if (Symbol.iterator in Object(batches)) return checked(source, batches as Iterable<AnyBatch>);
  if (Symbol.asyncIterator in Object(batches)) return checkedLater(source, batches as AsyncIterable<AnyBatch>);
  throw new TypeError(
    `source: batches must return an iterable, such as an array or a generator, or an async one; got ${shown(batches)}`,
  );
}

function* checked(source: Source, batches: Iterable<AnyBatch>): Generator<AnyBatch> {
  for (const batch of batches) {
    checkKind(source, batch);
    yield batch;
  }
}

async function* checkedLater(source: Source, batches: AsyncIterable<AnyBatch>): AsyncGenerator<AnyBatch> {
  for await (const batch of batches) {
    checkKind(source, batch);
    yield batch;
  }
}

function checkKind(source: Source, batch: AnyBatch): void {
  if (hasParts(source)) checkKinds(source, Object(batch) as AnyBatch);
  else checkLabeled(Object(batch));
}

function checkLabeled({ inputs, labels, count }: { inputs?: unknown; labels?: unknown; count?: unknown }): void {
  if (kindOf(inputs) !== "Float32Array" || kindOf(labels) !== "Int32Array" || !isCount(count))
    throw new TypeError(
      `source: a batch must have inputs in a Float32Array, labels in an Int32Array, and a count of at least 1; got ${shown(inputs)}, ${shown(labels)} and ${shown(count)}`,
    );
}

/** Checks the types of a batch's arrays. */
function checkKinds(source: Source, batch: AnyBatch): void {
  const { inputs, targets, weights } = valuesOf(batch);
  const fits = (values: unknown, parts: readonly Part[]) =>
    Array.isArray(values) &&
    values.length === parts.length &&
    parts.every(({ dtype }, i) => kindOf(values[i]) === (dtype === "int32" ? "Int32Array" : "Float32Array"));
  const isWeighted = hasParts(source) && source.weighted === true;
  const list = (values: readonly Values[]) =>
    Array.isArray(values) ? `[${values.map(shown).join(", ")}]` : shown(values);
  if (!isCount(batch.count) || !fits(inputs, inputsOf(source)) || !fits(targets, targetsOf(source)))
    throw new TypeError(
      `source: a batch must have as many inputs and targets as announced, in arrays of the announced types, and a count of at least 1; got inputs ${list(inputs)}, targets ${list(targets)}, count ${shown(batch.count)}`,
    );
  if (isWeighted !== (weights !== undefined) || (isWeighted && kindOf(weights) !== "Float32Array"))
    throw new TypeError(
      `source: batches have weights in a Float32Array if the source is weighted, and otherwise none; got ${shown(weights)} from a source with weighted: ${isWeighted}`,
    );
}

/** Kind of a typed array, which may come from another realm. */
const kindOf = (value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Reflect.get(value, Symbol.toStringTag) : undefined;
