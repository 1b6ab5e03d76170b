import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { clipColumns } from "./column-norm";
import { functionalCall } from "./functional-call";
import { type Loss, softmaxCrossEntropy } from "./loss";
import type { Optimizer } from "./optimizer";
import { assertPure } from "./pure-model";
import { tidy } from "./tensors";

/** All that a step changes. */
export interface TrainingState {
  /** One for each of `model.trainableWeights`, in that order. */
  readonly weights: readonly tf.Tensor[];
  /** For each weight, the optimizer's tensors. */
  readonly slots: readonly (readonly tf.Tensor[])[];
}

/** A batch as tensors. */
export interface BatchTensors {
  /** float32 [batch, …inputShape]. */
  readonly inputs: tf.Tensor;
  /** int32 [batch]. */
  readonly labels: tf.Tensor;
}

/** What a step gives: fresh tensors, which the caller disposes. */
export interface StepResult extends TrainingState {
  /** Mean loss of the batch before the update (without the weight decay's share). */
  readonly loss: tf.Scalar;
}

/**
 * One update: a pure function of tensors. It runs tensor operations on what it is given and nothing else (no hidden
 * state, no reading back), so that a compiler can trace it into a graph.
 * @param scalars the values of `optimizer.scalars(rate, step)`, each a scalar tensor
 */
export type Step = (state: TrainingState, batch: BatchTensors, scalars: readonly tf.Tensor[]) => StepResult;

/** What a step does. */
export interface StepOptions {
  /** @default softmaxCrossEntropy, for models that end in logits */
  readonly loss?: Loss;
  readonly optimizer: Optimizer;
  /** Weight decay, ≥ 0, of weights of rank 2 and more (not of biases): see the optimizer for how. @default 0 */
  readonly weightDecay?: number;
  /** The longest a weight's column may be after an update, > 0: see {@link clipColumns}; the paper has 1.9365. @default none */
  readonly maxColumnNorm?: number;
}

/**
 * The training step of a model: loss, gradients by `functionalCall`, the optimizer's update, clipped columns.
 * The model's own variables are neither read nor written, except weights that are not trainable.
 *
 * @throws RangeError if an option is out of range
 * @throws TypeError if the model's call is not a pure function (dropout, batch normalization, recurrent state), has
 *   regularizers or constraints of its own, or ends in a softmax that the loss would apply again
 */
export function createStep(model: tfl.LayersModel, options: StepOptions): Step {
  const { loss = softmaxCrossEntropy, optimizer, weightDecay = 0, maxColumnNorm } = options;
  if (!(weightDecay >= 0 && weightDecay < Infinity))
    throw new RangeError(`createStep: weightDecay must be at least 0; got ${weightDecay}`);
  if (maxColumnNorm !== undefined && !(maxColumnNorm > 0))
    throw new RangeError(`createStep: maxColumnNorm must be above 0; got ${maxColumnNorm}; leave it out for none`);
  assertPure(model, loss === softmaxCrossEntropy);

  const step: Step = (state, { inputs, labels }, scalars) => {
    const lossOf = (...weights: tf.Tensor[]) =>
      loss(functionalCall(model, weights, inputs, { training: true }), labels);
    const { value, grads } = tf.valueAndGrads(lossOf)([...state.weights]);
    const updated = state.weights.map((weight, i) => {
      const matrix = weight.rank > 1;
      const { weight: next, slots } = optimizer.update({
        weight,
        gradient: grads[i]!,
        slots: state.slots[i]!,
        scalars,
        weightDecay: matrix ? weightDecay : 0,
      });
      return { weight: matrix && maxColumnNorm !== undefined ? clipColumns(next, maxColumnNorm) : next, slots };
    });
    return {
      weights: updated.map(({ weight }) => weight),
      slots: updated.map(({ slots }) => slots),
      loss: value as tf.Scalar,
    };
  };
  return (state, batch, scalars) => tidy(() => step(state, batch, scalars));
}

/**
 * The state at the start: the model's trainable weights as they are, and zero slots. The caller disposes the tensors.
 */
export function initialState(model: tfl.LayersModel, optimizer: Optimizer): TrainingState {
  return tidy(() => {
    const weights = model.trainableWeights.map((variable) => tf.clone(variable.read()));
    const slots = weights.map((weight) => Array.from({ length: optimizer.slots }, () => tf.zerosLike(weight)));
    return { weights, slots };
  });
}
