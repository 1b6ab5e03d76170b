import { type Batch, type BatchOptions, batchCount, batches } from "./batches";
import { checkInteger, checkSplit, type Split } from "./dataset";

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
}

/**
 * A split made into a source of batches.
 * @param shape of one example as the network takes it: the data set's own, or another of as many values, such as [784]
 * or [28, 28, 1] for images of [28, 28]
 * @param classes labels lie in [0, classes)
 * @throws RangeError if the shape does not fit the split, or an option is out of range
 */
export function source(split: Split, shape: readonly number[], classes: number, options: BatchOptions = {}): Source {
  const { size = 100, remainder = "keep" } = options;
  const example = checkSplit("source", split);
  if (!shape.every((axis) => Number.isInteger(axis) && axis > 0) || shape.reduce((a, b) => a * b, 1) !== example)
    throw new RangeError(
      `source: shape must be positive integers whose product is ${example}, the values of one example; ` +
        `got ${JSON.stringify(shape)}`,
    );
  checkInteger("source: classes", classes, 1, 256);
  const batchesPerEpoch = batchCount("source", split, size, remainder);
  return {
    count: split.count,
    batchSize: size,
    batchesPerEpoch,
    inputShape: [...shape],
    classes,
    batches: (epoch, from = 0) => batches(split, { ...options, epoch, from }),
  };
}
