import { type BatchSource, sizeOf } from "@weightcast/types";
import { checkSplit, type Split } from "../dataset";
import { type AugmentOptions, augmented } from "./augment";
import type { BatchOptions } from "./batches";
import { changingSource, examplesOf, fixedSource, type Source } from "./example-source";
import { gather } from "./pixels";

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
  const { seed = 0, augment } = options;
  const example = checkSplit("source", split);
  if (!shape.every((axis) => Number.isInteger(axis) && axis > 0) || sizeOf(shape) !== example)
    throw new RangeError(
      `source: shape must be positive integers whose product is ${example}, the values of one example; ` +
        `got ${JSON.stringify(shape)}`,
    );
  const examples = examplesOf("source", split, classes, options);
  return augment
    ? changingSource(examples, shape, augmented("source", split, shape, { ...options, ...augment, seed }))
    : fixedSource(examples, shape, gather("source", split, options));
}
