import * as tf from "@tensorflow/tfjs-core";
import { type Batch, type BatchSource, sizeOf } from "@weightcast/types";
import type { Loss } from "./loss";

/** Batch as tensors. */
export interface BatchTensors {
  /** float32 [batch, …inputShape]. */
  readonly inputs: tf.Tensor;
  /** int32 [batch]. */
  readonly labels: tf.Tensor;
}

/**
 * Checks a batch against what its source announces.
 * @throws RangeError if it has other sizes, or a label out of range
 */
export function checkBatch(source: BatchSource, { inputs, labels, count }: Batch): void {
  const size = sizeOf(source.inputShape);
  if (inputs.length !== count * size || labels.length !== count)
    throw new RangeError(
      `source: a batch of ${count} with inputs [${source.inputShape}] must hold ${count * size} values and ${count} labels; got ${inputs.length} and ${labels.length}`,
    );
  const wrong = labels.find((label) => label < 0 || label >= source.classes);
  if (wrong !== undefined)
    throw new RangeError(`source: labels must be in [0, ${source.classes}), the classes announced; got ${wrong}`);
}

/**
 * Batch as tensors that share its buffers: dispose them before the source makes its next batch.
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
 * Refuses a source that does not fit a model.
 * @param who is calling, for the message
 * @param inputs shape of the model's inputs, with the batch axis
 * @param outputs shape of the model's outputs, with the batch axis
 * @throws RangeError naming both shapes
 */
export function assertFits(
  who: string,
  source: BatchSource,
  inputs: readonly (number | null)[],
  outputs: readonly (number | null)[],
  { targets = "labels" }: Loss,
): void {
  const fits = (expected: readonly (number | null)[], shape: readonly number[]) =>
    expected.length === shape.length && expected.every((size, axis) => size === null || size === shape[axis]);
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
