import { type AugmentOptions, augmented } from "./augment";
import { type Batch, type BatchOptions, batchCount, checkEpoch, eachBatch } from "./batches";
import { checkInteger, checkSplit, type Split } from "./dataset";
import { type Gather, gather, gatherRows } from "./pixels";

/** A split as a training loop wants it: it knows its sizes and gives any epoch's batches. */
export interface BatchSource {
  /** Examples in the split. */
  readonly count: number;
  /** Examples in every batch but a last one. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Of one example, without the batch's axis. */
  readonly inputShape: number[];
  readonly classes: number;
  /**
   * The batches of epoch `epoch` (from 0), without the first `from` ones.
   * A batch is valid until the next one is asked for: its buffers are filled anew.
   */
  batches(epoch: number, from?: number): Iterable<Batch>;
}

/** A source whose examples are the same in every epoch. */
export interface Source extends BatchSource {
  /**
   * The same batches with every example's inputs replaced, computed once: for a network whose first operations on an
   * example never change.
   * @param shape of a replaced example
   * @param prepare any number of examples, one after the other, to as many replaced ones
   * @throws RangeError if what `prepare` gives is not of that shape
   */
  prepared(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<Source>;
}

/** Examples prepared at a time: a few megabytes. */
const chunk = 1000;

export interface SourceOptions extends BatchOptions {
  /** Changes every training image anew in each epoch; sources for evaluation have none. @default none */
  readonly augment?: AugmentOptions;
}

/**
 * A split made into a source of batches. With `augment`, images change from epoch to epoch, a pure function of (seed,
 * epoch, example): the shape must be [height, width, channels] or [height, width], and the source has no `prepared`.
 * @param shape of one example as the network takes it: the data set's own, or another of as many values, such as [784]
 * or [28, 28, 1] for images of [28, 28]
 * @param classes labels lie in [0, classes)
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
        for (let start = 0; start < split.count; start += chunk) {
          const examples = Math.min(chunk, split.count - start);
          const inputs = new Float32Array(examples * length);
          fill(inputs, undefined, start);
          const replaced = await prepare(inputs);
          if (replaced.length !== examples * next)
            throw new RangeError(
              `prepared: prepare must give ${next} numbers for every example; got ${replaced.length} for ${examples}`,
            );
          rows.set(replaced, start * next);
        }
        return sourceOf(nextShape, gatherRows(rows, next));
      },
    };
  }
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);
