import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import { checkModel } from "../arguments/model";
import { checkOptionNames } from "../arguments/shown";
import { withStates } from "./layer-states";
import { withNoise } from "./noise";
import { withMasks } from "./recurrent-dropout";
import {
  batchNormalizations,
  bufferVariables,
  type OpenVariable,
  splitBuffers,
  trainableVariables,
  weightOwners,
  withTensors,
} from "./variables";

/** Options of {@link functionalCall}. */
export interface FunctionalCallOptions {
  /**
   * Whether layers behave as in training, except frozen batch normalizations. Side effects of that (moving averages, random numbers) stay in the model: see
   * {@link trainingCall} for a call without any.
   */
  readonly training: boolean;
  /**
   * Moving means and variances of batch normalizations, and states of stateful layers, in the order of `TrainingState.buffers`.
   * @default those of the model
   */
  readonly buffers?: readonly tf.Tensor[];
}

/**
 * Output of a model as a pure function of its trainable weights: f(weights, inputs). The counterpart of
 * `torch.func.functional_call`.
 *
 * While the model runs, its layers read the given tensors in place of their variables, so that gradients and tracing
 * backends see plain tensors; afterwards the variables are back, even if a layer throws. A layer with a custom gradient
 * that reads its variables (instead of saving tensors) would see the model's values there, not the given ones.
 *
 * @param weights one for each of `model.trainableWeights`, in that order, of the same shapes
 * @param inputs [batch, …inputShape]
 * @returns the model's only output, [batch, …]; the caller disposes it
 * @throws RangeError if the number of tensors or a shape differs from the model's
 */
export function functionalCall(
  model: tfl.LayersModel,
  weights: readonly tf.Tensor[],
  inputs: tf.Tensor,
  options: FunctionalCallOptions,
): tf.Tensor {
  checkOptionNames("functionalCall", options, { training: true, buffers: true });
  const { training, buffers } = options;
  checkModel("functionalCall", model);
  if (model.inputs.length !== 1)
    throw new RangeError(`functionalCall: the model must have one input; got ${model.inputs.length}`);
  const call = () => onlyOutput(outputsOf(model, [inputs], training));
  const inside = () => {
    if (!buffers) return call();
    const { result, states } = withBuffers(model, buffers, call);
    tf.dispose([...states]);
    return result;
  };
  return withTensors("trainable weight", trainableVariables(model), weights, inside);
}

/** Everything besides its inputs that a model's call in training depends on. */
export interface CallState {
  /** One for each of `model.trainableWeights`. */
  readonly weights: readonly tf.Tensor[];
  /** Moving means and variances of batch normalizations, and states of stateful layers. */
  readonly buffers: readonly tf.Tensor[];
  /** Random numbers of dropout and noise layers: see `noiseOf`. */
  readonly noise: readonly tf.Tensor[];
}

/**
 * Output of a model in training, and its buffers afterwards, as a pure function: {@link functionalCall} without side
 * effects. What batch normalizations write to their moving averages becomes a result, and so do the states that layers keep; dropout
 * uses the given noise.
 *
 * @returns the outputs, what the layers' regularizers add to the loss, and the new buffers as tensors that `tf.tidy` does not dispose (they must outlive the scopes
 *   of gradients): the caller disposes them
 */
export function trainingCall(
  model: tfl.LayersModel,
  { weights, buffers, noise }: CallState,
  inputs: readonly tf.Tensor[],
): {
  readonly outputs: readonly tf.Tensor[];
  readonly penalties: readonly tf.Scalar[];
  readonly buffers: readonly tf.Tensor[];
} {
  const variables = bufferVariables(model);
  const written = new Map<OpenVariable, tf.Tensor>();
  const call = () => {
    const outputs = withNoise(model, noise, () => outputsOf(model, inputs, true));
    return { outputs, penalties: penaltiesOf(model) };
  };
  const writing = () => collectingWrites(variables, written, call);
  const reading = () => withBuffers(model, buffers, writing);
  try {
    const { result, states } = withTensors("trainable weight", trainableVariables(model), weights, reading);
    const moving = variables.map((one, i) => written.get(one) ?? tf.keep(tf.clone(buffers[i]!)));
    return { ...result, buffers: [...moving, ...states] };
  } catch (error) {
    for (const value of written.values()) value.dispose();
    throw error;
  }
}

/** What the regularizers of a model's layers add to its loss, computed from the current values of its weights. */
function penaltiesOf(model: tfl.LayersModel): readonly tf.Scalar[] {
  return leavesOf(model)
    .flatMap(weightOwners)
    .flatMap(({ losses }) => losses.map((penalty) => penalty() as tf.Scalar));
}

/**
 * Outputs of a model outside training, as a pure function of its weights and buffers: {@link functionalCall} for any number of inputs
 * and outputs. @returns also the states of stateful layers after the call
 */
export function outputsWith(
  model: tfl.LayersModel,
  { weights, buffers }: Pick<CallState, "weights" | "buffers">,
  inputs: readonly tf.Tensor[],
): ModelOutputs {
  const reading = () => withBuffers(model, buffers, () => outputsOf(model, inputs, false));
  const { result, states } = withTensors("trainable weight", trainableVariables(model), weights, reading);
  return released(result, states);
}

/** Outputs of a model, and the states of its stateful layers after the call. */
export interface ModelOutputs {
  readonly outputs: readonly tf.Tensor[];
  readonly states: readonly tf.Tensor[];
}

/** {@link outputsWith} the model's own weights and moving averages, and given states of its stateful layers. */
export function outputsFrom(
  model: tfl.LayersModel,
  states: readonly tf.Tensor[],
  inputs: readonly tf.Tensor[],
): ModelOutputs {
  const called = withStates(model, states, () => outputsOf(model, inputs, false));
  return released(called.result, called.states);
}

/** Outputs with states that `tf.tidy` disposes unless they are returned from it. */
function released(outputs: readonly tf.Tensor[], kept: readonly tf.Tensor[]): ModelOutputs {
  const states = kept.map((state) => tf.clone(state));
  tf.dispose([...kept]);
  return { outputs, states };
}

/** Runs a function while a model has other moving averages and states. */
function withBuffers<T>(model: tfl.LayersModel, buffers: readonly tf.Tensor[], body: () => T) {
  const { moving, states } = splitBuffers(model, buffers);
  return withTensors("buffer", bufferVariables(model), moving, () => withStates(model, states, body));
}

/**
 * Outputs of a model on some inputs. Frozen batch normalizations are never in training. Outside training, recurrent layers have no
 * dropout masks, where TensorFlow.js's own would keep masks of ones.
 */
export function outputsOf(
  model: tfl.LayersModel,
  inputs: readonly tf.Tensor[],
  training: boolean,
): readonly tf.Tensor[] {
  const given = inputs.length === 1 ? inputs[0]! : [...inputs];
  const apply = () => model.apply(given, { training }) as tf.Tensor | tf.Tensor[];
  const outputs = training ? frozenInInference(model, apply) : withMasks(model, () => undefined, apply);
  return Array.isArray(outputs) ? outputs : [outputs];
}

function onlyOutput(outputs: readonly tf.Tensor[]): tf.Tensor {
  if (outputs.length !== 1)
    throw new RangeError(`functionalCall: the model must have one output; got ${outputs.length}`);
  return outputs[0]!;
}

/**
 * Runs a function while the batch normalizations of a model that are not trained normalize by their moving averages and
 * leave them unchanged, as in Keras. TensorFlow.js's do not know that they are frozen.
 */
function frozenInInference<T>(model: tfl.LayersModel, body: () => T): T {
  const trained = new Set(trainableVariables(model));
  const isTrained = (weight: unknown) => trained.has(weight as OpenVariable);
  const frozen = batchNormalizations(model).filter((layer) => !layer.weights.some(isTrained));
  for (const layer of frozen) {
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => call(inputs, { ...kwargs, training: false });
  }
  try {
    return body();
  } finally {
    for (const layer of frozen) delete (layer as Partial<tfl.layers.Layer>).call; // uncovers the class's method
  }
}

/** Runs a function while writes to variables are collected instead of carried out: the last one of each, kept. */
function collectingWrites<T>(
  variables: readonly OpenVariable[],
  written: Map<OpenVariable, tf.Tensor>,
  body: () => T,
): T {
  for (const variable of variables)
    variable.write = (value) => {
      written.get(variable)?.dispose(); // from an earlier call of the same layer
      written.set(variable, tf.keep(value));
      variable.val = value;
    };
  try {
    return body();
  } finally {
    for (const variable of variables) delete (variable as Partial<OpenVariable>).write; // uncovers the class's method
  }
}
