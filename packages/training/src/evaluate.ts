import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Answer } from "./executor";
import { type Loss, softmaxCrossEntropy } from "./loss";
import { assertFits, type Batch, type BatchSource, batchTensors } from "./source";
import { dispose, tidy } from "./tensors";

/** How well a model does on a source. */
export interface Evaluation {
  /**
   * Share of samples whose largest output is not their label's, in [0, 1]; a NaN among the outputs counts as wrong.
   * NaN where the loss compares with the inputs (an autoencoder's has no labels to miss).
   */
  readonly error: number;
  /** Mean loss over the samples. */
  readonly loss: number;
  /** Samples seen. */
  readonly count: number;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** @default softmaxCrossEntropy, for models that end in logits */
  readonly loss?: Loss;
}

/**
 * A model's error and loss on the first epoch of a source, batch by batch.
 * @throws RangeError if the source does not fit the model
 */
export async function evaluate(
  model: tfl.LayersModel,
  source: BatchSource,
  { loss = softmaxCrossEntropy }: EvaluateOptions = {},
): Promise<Evaluation> {
  assertFits("evaluate", source, model.inputs[0]!.shape, model.outputs[0]!.shape, loss);
  const forward = (inputs: tf.Tensor) => model.apply(inputs, { training: false }) as tf.Tensor;
  return evaluateWith(source, (batch) => answerOf(forward, source, batch, loss), loss);
}

/** `evaluate` for anything that answers batches. */
export async function evaluateWith(
  source: BatchSource,
  answer: (batch: Batch) => Promise<Answer>,
  { targets = "labels" }: Loss,
): Promise<Evaluation> {
  let wrong = 0;
  let lossSum = 0;
  let count = 0;
  for (const batch of source.batches(0)) {
    const { outputs, loss } = await answer(batch);
    wrong += targets === "labels" ? countWrong(outputs, batch) : Number.NaN;
    lossSum += loss * batch.count;
    count += batch.count;
  }
  if (count === 0) throw new RangeError("evaluate: the source has no batches; got 0 samples");
  return { error: wrong / count, loss: lossSum / count, count };
}

/** The answer of a function of tensors, on TensorFlow.js's active backend. */
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

/** Samples whose label's output is not the first of the largest. Comparisons with NaN are false: wrong. */
function countWrong(outputs: ArrayLike<number>, { labels, count }: Batch): number {
  const classes = outputs.length / count;
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    const own = outputs[i * classes + label]!;
    let right = true;
    for (let c = 0; right && c < classes; c++) {
      const other = outputs[i * classes + c]!;
      right = c < label ? other < own : other <= own;
    }
    if (!right) wrong++;
  }
  return wrong;
}
