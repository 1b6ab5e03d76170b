import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Batch, BatchSource } from "@weightcast/types";
import { checkModel } from "../arguments/model";
import { shown } from "../arguments/shown";
import { batchesOf, checkSource } from "../arguments/source";
import type { Answer } from "../executors/executor";
import { assertFits, batchTensors } from "../step/batch";
import { assertLogits } from "../step/logits";
import { type Loss, softmaxCrossEntropy } from "../step/loss";
import { dispose, tidy } from "../step/state";

/** Evaluation: how well a model does on a source. */
export interface Evaluation {
  /**
   * Share of examples whose largest output is not that of their label, in [0, 1]; an example with a NaN among its
   * outputs counts as wrong. NaN if the loss compares outputs with inputs (an autoencoder has no labels to miss).
   */
  readonly error: number;
  /** Mean loss over the examples. */
  readonly loss: number;
  /** Number of examples. */
  readonly count: number;
  /** Number of the misclassified examples of each class; absent if the loss compares outputs with inputs. */
  readonly wrongByClass?: readonly number[];
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** @default softmaxCrossEntropy, for models that end in logits */
  readonly loss?: Loss;
}

/**
 * Error and loss of a model on the first epoch of a source, batch by batch.
 * @throws RangeError if the source does not fit the model; TypeError if the model ends in a softmax or sigmoid that
 *   `softmaxCrossEntropy` would apply again
 */
export async function evaluate(
  model: tfl.LayersModel,
  source: BatchSource,
  { loss = softmaxCrossEntropy }: EvaluateOptions = {},
): Promise<Evaluation> {
  checkModel("evaluate", model);
  checkSource("evaluate", source);
  if (typeof loss !== "function")
    throw new TypeError(`evaluate: loss must be a function of outputs, labels and inputs; got ${shown(loss)}`);
  assertFits("evaluate", source, model.inputs[0]!.shape, model.outputs[0]!.shape, loss);
  if (loss === softmaxCrossEntropy) assertLogits("evaluate", model);
  const forward = (inputs: tf.Tensor) => model.apply(inputs, { training: false }) as tf.Tensor;
  return evaluateWith(source, (batch) => answerOf(forward, source, batch, loss), loss);
}

/** {@link evaluate} for any function that answers batches. */
export async function evaluateWith(
  source: BatchSource,
  answer: (batch: Batch) => Promise<Answer>,
  { targets = "labels" }: Loss,
): Promise<Evaluation> {
  const wrongByClass: number[] = [];
  let lossSum = 0;
  let count = 0;
  for (const batch of batchesOf(source, 0)) {
    const { outputs, loss } = await answer(batch);
    if (targets === "labels") countWrong(outputs, batch, wrongByClass);
    lossSum += loss * batch.count;
    count += batch.count;
  }
  if (count === 0) throw new RangeError("evaluate: the source must have batches; got 0 examples");
  const about = { loss: lossSum / count, count };
  if (targets !== "labels") return { error: Number.NaN, ...about };
  return { error: wrongByClass.reduce((sum, wrong) => sum + wrong, 0) / count, ...about, wrongByClass };
}

/** Answer of a function of tensors to a batch, computed on TensorFlow.js's active backend. */
export async function answerOf(
  forward: (inputs: tf.Tensor) => tf.Tensor,
  source: BatchSource,
  batch: Batch,
  loss: Loss,
): Promise<Answer> {
  const result = tidy(() => {
    const { inputs, labels } = batchTensors(source, batch);
    const outputs = forward(inputs);
    return { outputs, loss: loss(outputs, labels, inputs) };
  });
  try {
    return { outputs: await result.outputs.data<"float32">(), loss: (await result.loss.data())[0]! };
  } finally {
    dispose(result);
  }
}

/**
 * Counts the examples of each class whose label is not the first of the largest outputs. Comparisons with NaN are false: wrong.
 * @param wrong numbers so far, which are added to
 */
function countWrong(outputs: ArrayLike<number>, { labels, count }: Batch, wrong: number[]): void {
  const classes = outputs.length / count;
  while (wrong.length < classes) wrong.push(0);
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    const expected = outputs[i * classes + label]!;
    let right = true;
    for (let c = 0; right && c < classes; c++) {
      const other = outputs[i * classes + c]!;
      right = c < label ? other < expected : other <= expected;
    }
    if (!right) wrong[label]!++;
  }
}
