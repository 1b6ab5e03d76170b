import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { optimizerFrom } from "../arguments/rule";
import { shown } from "../arguments/shown";
import type { OptimizerName } from "../names";
import { type TaskOptions, taskFrom } from "../tasks/task-from";
import { type BatchTensors, taskTensors } from "./batch";
import { type ClipOptions, checkClip, clipGradients } from "./clip-gradients";
import { clipColumns } from "./column-norm";
import { trainingCall } from "./functional-call";
import { columnAxes } from "./kernels";
import type { Optimizer } from "./optimizer";
import { assertPure } from "./pure-model";
import { dispose, type TrainingState, tidy } from "./state";
import { trainableVariables } from "./variables";

/** Result of a step: fresh tensors, which the caller disposes. */
export interface StepResult extends TrainingState {
  /** Mean loss of the batch before the update, with what the layers' regularizers add, without the weight decay's share. */
  readonly loss: tf.Scalar;
  /** Values of the task's `watch`, before the update. */
  readonly watched: readonly tf.Tensor[];
}

/**
 * Training step: one update, as a pure function of tensors. It runs tensor operations on its arguments and nothing else
 * (no hidden state, no reading of values), so that a compiler can trace it into a graph.
 * @param scalars values of `optimizer.scalars(rate, step)`, each a scalar tensor
 * @param noise random numbers for the model's dropout and noise layers, as described by `noiseOf` and drawn by
 *   `drawNoise` @default [], for a model without such layers
 */
export type Step = (
  state: TrainingState,
  batch: BatchTensors,
  scalars: readonly tf.Tensor[],
  noise?: readonly tf.Tensor[],
) => StepResult;

/** Options of {@link createStep}. */
export interface StepOptions extends ClipOptions, TaskOptions {
  /** `sgd(…)`, `adam(…)`, `rmsprop(…)`, `adagrad(…)`, `lion(…)`, or one of their names, for the defaults. */
  readonly optimizer: Optimizer | OptimizerName;
  /**
   * Weight decay, ≥ 0, of kernels, not of biases, normalizations, PReLU's slopes or embeddings; the optimizer documents
   * how it is applied.
   * @default 0
   */
  readonly weightDecay?: number;
  /**
   * Largest norm of a kernel's column, the incoming weights of one output, after an update, > 0: see {@link clipColumns};
   * 1.9365 in the paper. @default none
   */
  readonly maxColumnNorm?: number;
  /**
   * Rounding of the weights, for a training that knows how they will be stored: see {@link Quantizer}. Loss, gradients and
   * evaluations are those of the rounded weights, and the gradient passes through the rounding as if it were not there (the
   * straight-through estimator; Bengio, Léonard & Courville 2013). The optimizer moves weights that are not rounded; at its end
   * `train` gives the model the rounded ones.
   * @default none
   */
  readonly quantizer?: Quantizer;
}

/**
 * Rounding of weights: a pure function of tensors.
 * @param weights one for each of `model.trainableWeights`, in that order
 * @returns as many tensors, of the same shapes
 */
export type Quantizer = (weights: readonly tf.Tensor[]) => readonly tf.Tensor[];

/**
 * Training step of a model: loss with regularizers, gradients, moving averages, the optimizer's update, clipped columns,
 * constraints of layers.
 * The model's variables are neither read nor written, except that weights outside the state are read.
 *
 * @throws RangeError if an option is out of range
 * @throws TypeError if the model's call is not a pure function (a layer of one's own that keeps states), or ends in a softmax or sigmoid that the loss would
 *   apply again
 */
export const createStep = (model: tfl.LayersModel, options: StepOptions): Step =>
  createStepWith(model, options, (update) => update);

/** What a step does with its gradients. */
export type UpdateRule = (
  state: TrainingState,
  gradients: readonly tf.Tensor[],
  scalars: readonly tf.Tensor[],
) => Omit<TrainingState, "buffers">;

/** {@link createStep} with another rule for the gradients. @param extend makes it of the rule of a plain step */
export function createStepWith(
  model: tfl.LayersModel,
  options: StepOptions,
  extend: (update: UpdateRule) => UpdateRule,
): Step {
  checkModel("createStep", model);
  // Not the names: the options of `train` are among them.
  const { weightDecay = 0, maxColumnNorm, quantizer, clipNorm, clipValue } = Object(options) as StepOptions;
  const limits = { ...(clipNorm !== undefined && { clipNorm }), ...(clipValue !== undefined && { clipValue }) };
  const optimizer = optimizerFrom("createStep", Object(options).optimizer);
  const task = taskFrom("createStep", Object(options));
  if (quantizer !== undefined && typeof quantizer !== "function")
    throw new TypeError(`createStep: quantizer must be a function of the weights; got ${shown(quantizer)}`);
  if (model.trainableWeights.length === 0)
    throw new TypeError(
      "createStep: the model must have something to train; got no trainable weights: all layers are frozen, or have none",
    );
  if (!(weightDecay >= 0 && weightDecay < Infinity))
    throw new RangeError(`createStep: weightDecay must be at least 0; got ${shown(weightDecay)}`);
  if (maxColumnNorm !== undefined && !(maxColumnNorm > 0))
    throw new RangeError(`createStep: maxColumnNorm must be above 0; got ${maxColumnNorm}; leave it out for none`);
  checkClip("createStep", limits);
  assertPure(model, task);

  const update: UpdateRule = (state, unlimited, scalars) => {
    const gradients = clipGradients(unlimited, limits);
    const columns = columnAxes(model);
    const variables = trainableVariables(model);
    const all = state.weights.map((weight, i) => {
      const axes = columns[i];
      const { weight: next, slots } = optimizer.update({
        weight,
        gradient: gradients[i]!,
        slots: state.slots[i]!,
        scalars,
        weightDecay: axes ? weightDecay : 0,
      });
      const clipped = axes && maxColumnNorm !== undefined ? clipColumns(next, maxColumnNorm, axes) : next;
      return { weight: variables[i]!.constraint?.apply(clipped) ?? clipped, slots };
    });
    return { weights: all.map(({ weight }) => weight), slots: all.map(({ slots }) => slots) };
  };

  const rule = extend(update);
  const step: Step = (state, given, scalars, noise = []) => {
    const batch = taskTensors(given);
    let buffers: readonly tf.Tensor[] = [];
    let watched: readonly tf.Tensor[] = [];
    const lossOf = (...weights: tf.Tensor[]) => {
      const called = trainingCall(model, { weights, buffers: state.buffers, noise }, batch.inputs);
      buffers = called.buffers;
      // Kept beyond the scope of the gradients, as the buffers are.
      watched = (task.watch?.(called.outputs, batch) ?? []).map((value) => tf.keep(tf.clone(value)));
      return called.penalties.reduce((sum, penalty) => tf.add(sum, penalty), task.loss(called.outputs, batch));
    };
    try {
      const { value, grads } = tf.valueAndGrads(lossOf)([...quantized(state.weights, quantizer)]);
      return {
        ...rule(state, grads, scalars),
        buffers: buffers.map((buffer) => tf.clone(buffer)),
        loss: value as tf.Scalar,
        watched: watched.map((value) => tf.clone(value)),
      };
    } catch (error) {
      forgetGradients();
      throw error;
    } finally {
      dispose([buffers, watched]); // kept beyond the scopes of gradients
    }
  };
  return (state, batch, scalars, noise) => tidy(() => step(state, batch, scalars, noise));
}

/** Weights as the model sees them. */
export const quantized = (weights: readonly tf.Tensor[], quantizer: Quantizer | undefined): readonly tf.Tensor[] =>
  quantizer ? quantizer(weights) : weights;

/** Disposes the tensors that TensorFlow.js keeps for gradients that an error has made obsolete. */
function forgetGradients(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return; // the tape belongs to an outer gradient
  for (const { saved } of state.activeTape ?? []) if (saved) tf.dispose(saved);
}
