import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { batchesOf, checkSource } from "../arguments/source";
import { type AnyBatch, type Source, valuesOf } from "../examples/examples";
import type { Answer, Answers } from "../executors/executor";
import { assertFits, batchTensors } from "../step/batch";
import { type ModelOutputs, outputsFrom } from "../step/functional-call";
import { layerStates } from "../step/layer-states";
import { assertLogits } from "../step/logits";
import { dispose, tidy } from "../step/state";
import { evaluationLoss, type Task } from "../tasks/task";
import { type TaskOptions, taskFrom } from "../tasks/task-from";
import type { Evaluation } from "./evaluation";

/** Options of {@link evaluate}: the task that the model was trained for, or its loss. */
export type EvaluateOptions = TaskOptions;

/**
 * Error and loss of a model on the first epoch of a source, batch by batch. Stateful layers begin with their current states, which
 * are the same afterwards.
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
  const forward = (inputs: readonly tf.Tensor[], states: readonly tf.Tensor[]) => outputsFrom(model, states, inputs);
  const states = layerStates(model).map((state) => state.read());
  return evaluateWith(source, eagerAnswers(forward, states, source, task), task);
}

/** {@link evaluate} for anything that answers batches, which is closed at the end. */
export async function evaluateWith(source: Source, answers: Answers, task: Task): Promise<Evaluation> {
  try {
    return await measured(source, answers, task);
  } finally {
    answers.close();
  }
}

async function measured(source: Source, { answer }: Answers, task: Task): Promise<Evaluation> {
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

/**
 * Answers of a function of tensors, computed on TensorFlow.js's active backend.
 * @param initial states of stateful layers before the first batch, which stay as they are
 */
export function eagerAnswers(
  forward: (inputs: readonly tf.Tensor[], states: readonly tf.Tensor[]) => ModelOutputs,
  initial: readonly tf.Tensor[],
  source: Source,
  task: Task,
): Answers {
  let states = initial.map((state) => tf.clone(state));
  const close = () => dispose(states);
  const answer = async (batch: AnyBatch): Promise<Answer> => {
    const { states: next, ...result } = tidy(() => {
      const tensors = batchTensors(source, batch);
      const { outputs, states: after } = forward(tensors.inputs, states);
      const watched = task.watch?.(outputs, tensors) ?? [];
      return { outputs, states: [...after], loss: evaluationLoss(task, outputs, tensors), watched };
    });
    close();
    states = next;
    try {
      const outputs = await Promise.all(result.outputs.map((output) => output.data<"float32">()));
      const watched = await Promise.all(result.watched.map(numberOf));
      return { outputs, loss: await numberOf(result.loss), watched };
    } finally {
      dispose(result);
    }
  };
  return { answer, close };
}

/** Number that a tensor of one element holds. */
export const numberOf = async (tensor: tf.Tensor): Promise<number> => (await tensor.data())[0]!;
