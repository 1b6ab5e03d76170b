import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { clipColumns } from "./column-norm";
import { bufferVariables } from "./layer-variable";
import { type Loss, softmaxCrossEntropy } from "./loss";
import type { Optimizer } from "./optimizer";
import { assertPure } from "./pure-model";
import { dispose, forgetGradients, tidy } from "./tensors";
import { trainingCall } from "./training-call";

/** All that a step changes. */
export interface TrainingState {
  /** One for each of `model.trainableWeights`, in that order. */
  readonly weights: readonly tf.Tensor[];
  /** For each weight, the optimizer's tensors. */
  readonly slots: readonly (readonly tf.Tensor[])[];
  /** Moving mean and variance of each batch normalization, in the order of the model's layers. */
  readonly buffers: readonly tf.Tensor[];
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
 * @param noise random numbers for the model's dropout and noise layers, as `noiseOf` and `drawNoise` tell
 *   @default [], for a model without such layers
 */
export type Step = (
  state: TrainingState,
  batch: BatchTensors,
  scalars: readonly tf.Tensor[],
  noise?: readonly tf.Tensor[],
) => StepResult;

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
 * The training step of a model: loss, gradients, moving averages, the optimizer's update, clipped columns.
 * The model's own variables are neither read nor written, except that weights outside of the state are read.
 *
 * @throws RangeError if an option is out of range
 * @throws TypeError if the model's call is not a pure function (stateful recurrent layers, or such with dropout of their own),
 *   has regularizers or constraints of its own, or ends in a softmax that the loss would apply again
 */
export function createStep(model: tfl.LayersModel, options: StepOptions): Step {
  const { loss = softmaxCrossEntropy, optimizer, weightDecay = 0, maxColumnNorm } = options;
  if (!(weightDecay >= 0 && weightDecay < Infinity))
    throw new RangeError(`createStep: weightDecay must be at least 0; got ${weightDecay}`);
  if (maxColumnNorm !== undefined && !(maxColumnNorm > 0))
    throw new RangeError(`createStep: maxColumnNorm must be above 0; got ${maxColumnNorm}; leave it out for none`);
  assertPure(model, loss === softmaxCrossEntropy);

  const updated = (state: TrainingState, gradients: readonly tf.Tensor[], scalars: readonly tf.Tensor[]) => {
    const all = state.weights.map((weight, i) => {
      const matrix = weight.rank > 1;
      const { weight: next, slots } = optimizer.update({
        weight,
        gradient: gradients[i]!,
        slots: state.slots[i]!,
        scalars,
        weightDecay: matrix ? weightDecay : 0,
      });
      return { weight: matrix && maxColumnNorm !== undefined ? clipColumns(next, maxColumnNorm) : next, slots };
    });
    return { weights: all.map(({ weight }) => weight), slots: all.map(({ slots }) => slots) };
  };

  const step: Step = (state, { inputs, labels }, scalars, noise = []) => {
    let buffers: readonly tf.Tensor[] = [];
    const lossOf = (...weights: tf.Tensor[]) => {
      const called = trainingCall(model, { weights, buffers: state.buffers, noise }, inputs);
      buffers = called.buffers;
      return loss(called.output, labels, inputs);
    };
    try {
      const { value, grads } = tf.valueAndGrads(lossOf)([...state.weights]);
      return {
        ...updated(state, grads, scalars),
        buffers: buffers.map((buffer) => tf.clone(buffer)),
        loss: value as tf.Scalar,
      };
    } catch (error) {
      forgetGradients();
      throw error;
    } finally {
      dispose(buffers); // they are kept, beyond the scopes of gradients
    }
  };
  return (state, batch, scalars, noise) => tidy(() => step(state, batch, scalars, noise));
}

/**
 * The state at the start: the model's weights and moving averages as they are, and zero slots. The caller disposes the tensors.
 */
export function initialState(model: tfl.LayersModel, optimizer: Optimizer): TrainingState {
  return tidy(() => {
    const weights = model.trainableWeights.map((variable) => tf.clone(variable.read()));
    const slots = weights.map((weight) => Array.from({ length: optimizer.slots }, () => tf.zerosLike(weight)));
    const buffers = bufferVariables(model).map((variable) => tf.clone(variable.read()));
    return { weights, slots, buffers };
  });
}
