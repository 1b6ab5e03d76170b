import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { batchesOf, checkSource } from "../arguments/source";
import { type AnyBatch, type Source, valuesOf } from "../examples/examples";
import type { Answer } from "../executors/executor";
import { assertFits, batchTensors } from "../step/batch";
import { outputsOf } from "../step/functional-call";
import { assertLogits } from "../step/logits";
import { dispose, tidy } from "../step/state";
import type { Metrics, Task } from "../tasks/task";
import { type TaskOptions, taskFrom } from "../tasks/task-from";

/** Evaluation: how well a model does on a source. */
export interface Evaluation {
  /**
   * Share of examples whose largest output is not that of their label, in [0, 1]; an example with a NaN among its
   * outputs counts as wrong. NaN if the task has no classes, as a regression or an autoencoder.
   */
  readonly error: number;
  /** Mean loss over the examples. */
  readonly loss: number;
  /** Number of examples. */
  readonly count: number;
  /** Number of the misclassified examples of each class, if the task has classes. */
  readonly wrongByClass?: readonly number[];
  /** Metrics of the task; absent for a loss of your own. */
  readonly metrics?: Metrics;
}

/** Options of {@link evaluate}: the task that the model was trained for, or its loss. */
export type EvaluateOptions = TaskOptions;

/**
 * Error and loss of a model on the first epoch of a source, batch by batch.
 * @throws RangeError if the source does not fit the model; TypeError if the model ends in a softmax or sigmoid that
 *   `softmaxCrossEntropy` would apply again
 */
export async function evaluate(
  model: tfl.LayersModel,
  source: Source,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkModel("evaluate", model);
  checkSource("evaluate", source);
  const task = taskFrom("evaluate", options);
  assertFits("evaluate", source, model, task);
  assertLogits("evaluate", model, task);
  const forward = (inputs: readonly tf.Tensor[]) => outputsOf(model, inputs, false);
  return evaluateWith(source, (batch) => answerOf(forward, source, batch, task), task);
}

/** {@link evaluate} for any function that answers batches. */
export async function evaluateWith(
  source: Source,
  answer: (batch: AnyBatch) => Promise<Answer>,
  task: Task,
): Promise<Evaluation> {
  const measure = task.measure();
  let lossSum = 0;
  let count = 0;
  for await (const batch of batchesOf(source, 0)) {
    const { outputs, loss } = await answer(batch);
    measure.add(outputs, valuesOf(batch), batch.count);
    lossSum += loss * batch.count;
    count += batch.count;
  }
  if (count === 0) throw new RangeError("evaluate: the source must have batches; got 0 examples");
  const { error = Number.NaN, ...metrics } = measure.result();
  const wrongByClass = measure.wrongByClass?.();
  return {
    error,
    loss: lossSum / count,
    count,
    ...(wrongByClass && { wrongByClass }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
  };
}

/** Answer of a function of tensors to a batch, computed on TensorFlow.js's active backend. */
export async function answerOf(
  forward: (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
  source: Source,
  batch: AnyBatch,
  task: Task,
): Promise<Answer> {
  const result = tidy(() => {
    const tensors = batchTensors(source, batch);
    const outputs = forward(tensors.inputs);
    return { outputs, loss: task.loss(outputs, tensors), watched: task.watch?.(outputs, tensors) ?? [] };
  });
  try {
    const outputs = await Promise.all(result.outputs.map((output) => output.data<"float32">()));
    const watched = await Promise.all(result.watched.map(numberOf));
    return { outputs, loss: await numberOf(result.loss), watched };
  } finally {
    dispose(result);
  }
}

/** Number that a tensor of one element holds. */
export const numberOf = async (tensor: tf.Tensor): Promise<number> => (await tensor.data())[0]!;
