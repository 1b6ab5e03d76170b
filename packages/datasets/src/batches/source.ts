import { type BatchSource, sizeOf } from "@weightcast/types";
import { checkInteger, checkSplit, type Split } from "../dataset";
import { type AugmentOptions, augmented } from "./augment";
import { type BatchOptions, batchCount, checkEpoch, eachBatch } from "./batches";
import { type Gather, gather, gatherRows } from "./pixels";

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

/** Options of {@link source}. */
export interface SourceOptions extends BatchOptions {
  /** Random changes of every image in each epoch, for training; leave them out for evaluation. @default none */
  readonly augment?: AugmentOptions;
}

/**
 * Source of a split's batches. With `augment`, images change from epoch to epoch, as a pure function of (seed, epoch,
 * example): the shape, or else `augment.shape`, must be [height, width, channels] or [height, width], and the source
 * has no `prepared`.
 * @param shape of one example as the network takes it: that of the data set, or another with as many values, such as
 * [784] or [28, 28, 1] for images of [28, 28]
 * @param classes number of classes: labels lie in [0, classes)
 * @throws RangeError if the shape does not fit the split, or an option is out of range
 */
export function source(
  split: Split,
  shape: readonly number[],
  classes: number,
  options?: BatchOptions & { readonly augment?: never },
): Source;
export function source(split: Split, shape: readonly number[], classes: number, options: SourceOptions): BatchSource;
export function source(
  split: Split,
  shape: readonly number[],
  classes: number,
  options: SourceOptions = {},
): BatchSource {
  const { size = 100, seed = 0, shuffle = true, remainder = "keep", augment } = options;
  const example = checkSplit("source", split);
  if (!shape.every((axis) => Number.isInteger(axis) && axis > 0) || sizeOf(shape) !== example)
    throw new RangeError(
      `source: shape must be positive integers whose product is ${example}, the values of one example; ` +
        `got ${JSON.stringify(shape)}`,
    );
  checkInteger("source: classes", classes, 1, 256);
  const batchesPerEpoch = batchCount("source", split, size, remainder);
  if (augment) return batchSource(shape, augmented("source", split, shape, { ...options, ...augment, seed }));
  return sourceOf(shape, gather("source", split, options));

  function batchSource(inputShape: readonly number[], fill: (epoch: number) => Gather): BatchSource {
    const length = sizeOf(inputShape);
    return {
      count: split.count,
      batchSize: size,
      batchesPerEpoch,
      inputShape: [...inputShape],
      classes,
      batches(epoch, from = 0) {
        const plan = checkEpoch("batches", { size, seed, shuffle, epoch, from, total: batchesPerEpoch });
        return eachBatch(split, length, fill(epoch), plan);
      },
    };
  }

  function sourceOf(inputShape: readonly number[], fill: Gather): Source {
    const length = sizeOf(inputShape);
    return {
      ...batchSource(inputShape, () => fill),
      async prepared(nextShape, prepare) {
        const next = sizeOf(nextShape);
        const rows = new Float32Array(split.count * next);
        for (let start = 0; start < split.count; start += CHUNK) {
          const examples = Math.min(CHUNK, split.count - start);
          const inputs = new Float32Array(examples * length);
          fill(inputs, undefined, start);
          const replaced = await prepare(inputs);
          if (replaced.length !== examples * next)
            throw new RangeError(
              `prepared: prepare must return ${next} numbers for every example; got ${replaced.length} for ${examples}`,
            );
          rows.set(replaced, start * next);
        }
        return sourceOf(nextShape, gatherRows(rows, next));
      },
    };
  }
}
