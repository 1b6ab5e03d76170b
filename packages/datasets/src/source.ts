import { type Batch, type BatchOptions, batchCount, checkEpoch, eachBatch } from "./batches";
import { checkInteger, checkSplit, type Split } from "./dataset";
import { type Gather, gather, gatherRows } from "./pixels";

/** A split as a training loop wants it: it knows its sizes and gives any epoch's batches. */
export interface Source {
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

/**
 * A split made into a source of batches.
 * @param shape of one example as the network takes it: the data set's own, or another of as many values, such as [784]
 * or [28, 28, 1] for images of [28, 28]
 * @param classes labels lie in [0, classes)
 * @throws RangeError if the shape does not fit the split, or an option is out of range
 */
export function source(split: Split, shape: readonly number[], classes: number, options: BatchOptions = {}): Source {
  const { size = 100, seed = 0, shuffle = true, remainder = "keep" } = options;
  const example = checkSplit("source", split);
  if (!shape.every((axis) => Number.isInteger(axis) && axis > 0) || sizeOf(shape) !== example)
    throw new RangeError(
      `source: shape must be positive integers whose product is ${example}, the values of one example; ` +
        `got ${JSON.stringify(shape)}`,
    );
  checkInteger("source: classes", classes, 1, 256);
  const batchesPerEpoch = batchCount("source", split, size, remainder);
  return sourceOf(shape, gather("source", split, options));

  function sourceOf(inputShape: readonly number[], fill: Gather): Source {
    const length = sizeOf(inputShape);
    return {
      count: split.count,
      batchSize: size,
      batchesPerEpoch,
      inputShape: [...inputShape],
      classes,
      batches(epoch, from = 0) {
        const plan = checkEpoch("batches", { size, seed, shuffle, epoch, from, total: batchesPerEpoch });
        return eachBatch(split, length, fill, plan);
      },
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
