import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { type Part, sizeOf, type Values } from "@weightcast/types";
import { type AnyBatch, hasParts, inputsOf, type Source, targetsOf, valuesOf } from "../examples/examples";
import { allows, type OutputShape, type Task, type TaskTensors } from "../tasks/task";
import { statefulBatch } from "./layer-states";

/** Batch as tensors. */
export interface BatchTensors {
  /** [batch, …inputShape]; a list for a model with several inputs. */
  readonly inputs: tf.Tensor | readonly tf.Tensor[];
  /** int32 [batch], or what the task takes; a list for a task with several targets. */
  readonly labels: tf.Tensor | readonly tf.Tensor[];
  /** [batch]: the weight of each example in the loss. @default 1 each */
  readonly weights?: tf.Tensor;
}

const listOf = (tensors: tf.Tensor | readonly tf.Tensor[]): readonly tf.Tensor[] =>
  Array.isArray(tensors) ? tensors : [tensors as tf.Tensor];

/** Batch as tasks take it. */
export const taskTensors = ({ inputs, labels, weights }: BatchTensors): TaskTensors => ({
  inputs: listOf(inputs),
  targets: listOf(labels),
  ...(weights && { weights }),
});

/**
 * Checks a batch against what its source announces.
 * @throws RangeError if it has other sizes, or a label out of range
 */
export function checkBatch(source: Source, batch: AnyBatch): void {
  const { count } = batch;
  const { inputs, targets, weights } = valuesOf(batch);
  if (!hasParts(source)) {
    const { classes } = source;
    const [{ shape }] = inputsOf(source) as [Part];
    const size = sizeOf(shape);
    const [values, labels] = [inputs[0]!, targets[0]!];
    if (values.length !== count * size || labels.length !== count)
      throw new RangeError(
        `source: a batch of ${count} with inputs [${shape}] must hold ${count * size} values and ${count} labels; got ${values.length} and ${labels.length}`,
      );
    const wrong = labels.find((label) => label < 0 || label >= classes);
    if (wrong !== undefined)
      throw new RangeError(`source: labels must be in [0, ${classes}), the classes announced; got ${wrong}`);
    return;
  }
  checkLengths("input", source.inputs, inputs, count);
  checkLengths("target", source.targets, targets, count);
  for (const [i, { classes }] of source.targets.entries()) {
    const wrong = classes === undefined ? undefined : targets[i]!.find((label) => !(label >= 0 && label < classes));
    if (wrong !== undefined)
      throw new RangeError(`source: target ${i} must be in [0, ${classes}), the classes announced; got ${wrong}`);
  }
  if (weights && weights.length !== count)
    throw new RangeError(`source: a batch of ${count} must have ${count} weights; got ${weights.length}`);
}

function checkLengths(kind: string, parts: readonly Part[], values: readonly Values[], count: number): void {
  for (const [i, { shape }] of parts.entries())
    if (values[i]!.length !== count * sizeOf(shape))
      throw new RangeError(
        `source: a batch of ${count} with ${kind} ${i} of shape [${shape}] must hold ${count * sizeOf(shape)} values there; got ${values[i]!.length}`,
      );
}

/**
 * Batch as tensors that share its buffers: dispose them before the source makes its next batch.
 * @throws RangeError if the batch is not what the source announces
 */
export function batchTensors(source: Source, batch: AnyBatch): TaskTensors {
  checkBatch(source, batch);
  const { inputs, targets, weights } = valuesOf(batch);
  const tensors = (parts: readonly Part[], values: readonly Values[]) =>
    parts.map(({ shape, dtype }, i) => tf.tensor(values[i]!, [batch.count, ...shape], dtype));
  return {
    inputs: tensors(inputsOf(source), inputs),
    targets: tensors(targetsOf(source), targets),
    ...(weights && { weights: tf.tensor1d(weights, "float32") }),
  };
}

/**
 * Refuses a source that does not fit a model, or outputs that do not fit a task.
 * @param who is calling, for the message
 * @throws RangeError naming both shapes
 */
export function assertFits(who: string, source: Source, model: tfl.LayersModel, task: Task): void {
  const inner = (tensors: readonly { readonly shape: OutputShape }[]) => tensors.map(({ shape }) => shape.slice(1));
  const [takes, gives] = [inner(model.inputs), inputsOf(source)];
  if (takes.length !== gives.length)
    throw new RangeError(
      `${who}: the model has ${takes.length} inputs and the source's examples ${gives.length}; give as many, in the model's order`,
    );
  for (const [i, { shape }] of gives.entries())
    if (!allows(takes[i]!, shape))
      throw new RangeError(
        `${who}: the model takes ${gives.length > 1 ? `input ${i}, ` : "inputs "}[${takes[i]}] and the source gives [${shape}]; reshape one of them`,
      );
  const batch = statefulBatch(model);
  const { count, batchSize } = source;
  if (batch !== undefined && (batchSize !== batch || count % batch !== 0))
    throw new RangeError(
      `${who}: the model has stateful layers, which keep the states of ${batch} sequences, so every batch must have ${batch} examples; got ${count} examples in batches of ${batchSize}`,
    );
  const fault = task.fault(inner(model.outputs), source);
  if (fault !== undefined) throw new RangeError(`${who}: ${fault}`);
}
