import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "./loss";
import type { BatchTensors } from "./step";

/** A batch of samples in memory. */
export interface Batch {
  /** count × prod(inputShape) values, sample by sample. The source may reuse the buffer for its next batch. */
  readonly inputs: Float32Array;
  /** count labels, each in [0, classes). The source may reuse the buffer. */
  readonly labels: Int32Array;
  /** Samples in this batch. */
  readonly count: number;
}

/** Where batches come from. Any object of this shape will do. */
export interface BatchSource {
  /** Samples in an epoch. */
  readonly count: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Shape of one sample's input, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /**
   * The batches of an epoch, in an order that depends on the epoch alone: the same epoch, the same batches.
   * @param epoch from 0
   * @param from the first batch wanted, from 0 @default 0
   */
  batches(epoch: number, from?: number): Iterable<Batch>;
  /**
   * The same batches with every sample's inputs replaced by what they become, computed once for all epochs. Only a
   * source whose samples never change can have it (no augmentation).
   * @param shape of a replaced sample
   * @param prepare any number of samples, one after the other, to as many replaced ones
   */
  prepared?(shape: readonly number[], prepare: (inputs: Float32Array) => Promise<Float32Array>): Promise<BatchSource>;
}

/** @throws RangeError if the batch is not what the source announces */
export function checkBatch(source: BatchSource, { inputs, labels, count }: Batch): void {
  const size = source.inputShape.reduce((a, b) => a * b, 1);
  if (inputs.length !== count * size || labels.length !== count)
    throw new RangeError(
      `source: a batch of ${count} with inputs [${source.inputShape}] must hold ${count * size} values and ${count} labels; got ${inputs.length} and ${labels.length}`,
    );
  const wrong = labels.find((label) => label < 0 || label >= source.classes);
  if (wrong !== undefined)
    throw new RangeError(`source: labels must be in [0, ${source.classes}), the classes announced; got ${wrong}`);
}

/**
 * A batch as tensors, which share its buffers: dispose them before the source makes its next batch.
 * @throws RangeError if the batch is not what the source announces
 */
export function batchTensors(source: BatchSource, batch: Batch): BatchTensors {
  checkBatch(source, batch);
  const { inputs, labels, count } = batch;
  return {
    inputs: tf.tensor(inputs, [count, ...source.inputShape], "float32"),
    labels: tf.tensor1d(labels, "int32"),
  };
}

/**
 * Refuses a source that does not fit the model.
 * @throws RangeError naming both shapes
 */
export function assertFits(
  who: string,
  source: BatchSource,
  inputs: readonly (number | null)[],
  outputs: readonly (number | null)[],
  { targets = "labels" }: Loss,
): void {
  const fits = (wanted: readonly (number | null)[], shape: readonly number[]) =>
    wanted.length === shape.length && wanted.every((size, axis) => size === null || size === shape[axis]);
  if (!fits(inputs.slice(1), source.inputShape))
    throw new RangeError(
      `${who}: the model takes inputs [${inputs.slice(1)}] and the source gives [${source.inputShape}]; reshape one of them`,
    );
  if (targets === "inputs") {
    if (!fits(outputs.slice(1), source.inputShape))
      throw new RangeError(
        `${who}: the loss compares outputs with inputs; the model gives [${outputs.slice(1)}] and the source's inputs are [${source.inputShape}]; end the model in as many units`,
      );
  } else if (!fits(outputs.slice(1), [source.classes]))
    throw new RangeError(
      `${who}: the model gives [${outputs.slice(1)}] and the source has ${source.classes} classes; end the model in as many units`,
    );
}
