import type { Batch, BatchSource } from "@weightcast/types";
import { shown } from "./shown";

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/**
 * Refuses what is no source of batches.
 * @param who the caller's name, for the message
 * @throws TypeError or RangeError that says what was given, and what to do
 */
export function checkSource(who: string, source: BatchSource): void {
  if (typeof Object(source).batches !== "function")
    throw new TypeError(
      `${who}: the source must be an object with batches(epoch), as source(…) of @weightcast/datasets makes it; got ${shown(source)}`,
    );
  const { count, batchSize, batchesPerEpoch, classes, inputShape } = source;
  for (const [name, value] of Object.entries({ count, batchSize, batchesPerEpoch, classes }))
    if (!isCount(value))
      throw new RangeError(`${who}: the source's ${name} must be an integer of at least 1; got ${shown(value)}`);
  if (!Array.isArray(inputShape) || !inputShape.every(isCount))
    throw new RangeError(
      `${who}: the source's inputShape must be a list of positive integers; got ${shown(inputShape)}`,
    );
}

/** Batches of an epoch of a source, each of the announced types. @throws TypeError for others */
export function* batchesOf(source: BatchSource, epoch: number, from?: number): Generator<Batch> {
  const batches = source.batches(epoch, from);
  if (typeof Object(batches)[Symbol.iterator] !== "function")
    throw new TypeError(
      `source: batches must return an iterable, such as an array or a generator, with the data in memory; got ${shown(batches)}`,
    );
  for (const batch of batches) {
    const { inputs, labels, count } = Object(batch) as Batch;
    if (kindOf(inputs) !== "Float32Array" || kindOf(labels) !== "Int32Array" || !isCount(count))
      throw new TypeError(
        `source: a batch must have inputs in a Float32Array, labels in an Int32Array, and a count of at least 1; got ${shown(inputs)}, ${shown(labels)} and ${shown(count)}`,
      );
    yield batch;
  }
}

/** Kind of a typed array, which may come from another realm. */
const kindOf = (value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Reflect.get(value, Symbol.toStringTag) : undefined;
