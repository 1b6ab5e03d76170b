import { type BatchSource, sizeOf } from "@weightcast/types";
import { checkInteger, type Split } from "../dataset";
import { type BatchOptions, batchCount, checkEpoch, eachBatch } from "./batches";
import { type Gather, gatherRows } from "./pixels";

/** Source whose examples are the same in every epoch. */
export interface Source extends BatchSource {
  /**
   * Source of the same batches with every example's inputs replaced, computed once: for a network whose first
   * operations on an example never change.
   * @param shape of a replaced example
   * @param prepare maps any number of examples, one after the other, to as many replaced ones
   * @throws RangeError if the result of `prepare` does not have that shape
   */
  prepared(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<Source>;
}

/** Number of examples prepared at a time: a few megabytes. */
const CHUNK = 1000;

/** Class numbers of examples, and how the examples are put into batches. */
export interface Examples {
  readonly labels: Split["labels"];
  readonly count: number;
  readonly classes: number;
  readonly size: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly batchesPerEpoch: number;
}

/**
 * Examples of a source.
 * @param who the caller's name, for the message
 * @param classes number of classes: labels lie in [0, classes)
 * @throws RangeError if an option is out of range
 */
export function examplesOf(
  who: string,
  { labels, count }: Pick<Split, "labels" | "count">,
  classes: number,
  { size = 100, seed = 0, shuffle = true, remainder = "keep" }: BatchOptions,
): Examples {
  checkInteger(`${who}: classes`, classes, 1, 256);
  const batchesPerEpoch = batchCount(who, { count }, size, remainder);
  return { labels, count, classes, size, seed, shuffle, batchesPerEpoch };
}

/** Source of examples that a function writes, another one in each epoch. */
export function changingSource(
  examples: Examples,
  inputShape: readonly number[],
  fill: (epoch: number) => Gather,
): BatchSource {
  const { count, classes, size, seed, shuffle, batchesPerEpoch } = examples;
  const length = sizeOf(inputShape);
  return {
    count,
    batchSize: size,
    batchesPerEpoch,
    inputShape: [...inputShape],
    classes,
    batches(epoch, from = 0) {
      const plan = checkEpoch("batches", { size, seed, shuffle, epoch, from, total: batchesPerEpoch });
      return eachBatch(examples, length, fill(epoch), plan);
    },
  };
}

/** Source of examples that a function writes, the same in every epoch. */
export function fixedSource(examples: Examples, inputShape: readonly number[], fill: Gather): Source {
  const length = sizeOf(inputShape);
  return {
    ...changingSource(examples, inputShape, () => fill),
    async prepared(nextShape, prepare) {
      const next = sizeOf(nextShape);
      const rows = new Float32Array(examples.count * next);
      for (let start = 0; start < examples.count; start += CHUNK) {
        const some = Math.min(CHUNK, examples.count - start);
        const inputs = new Float32Array(some * length);
        fill(inputs, undefined, start);
        const replaced = await prepare(inputs);
        if (replaced.length !== some * next)
          throw new RangeError(
            `prepared: prepare must return ${next} numbers for every example; got ${replaced.length} for ${some}`,
          );
        rows.set(replaced, start * next);
      }
      return fixedSource(examples, nextShape, gatherRows(rows, next));
    },
  };
}
