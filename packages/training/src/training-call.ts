import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { outputOf } from "./functional-call";
import { bufferVariables, type OpenVariable, trainableVariables, withTensors } from "./layer-variable";
import { withNoise } from "./noise";

/** All that a model's call in training depends on, besides its inputs. */
export interface CallState {
  /** One for each of `model.trainableWeights`. */
  readonly weights: readonly tf.Tensor[];
  /** Batch normalizations' moving means and variances. */
  readonly buffers: readonly tf.Tensor[];
  /** The random numbers of dropout and noise layers: see `noiseOf`. */
  readonly noise: readonly tf.Tensor[];
}

/**
 * The model's output in training, and its buffers after it, as a pure function: `functionalCall` with nothing left to
 * the model. What batch normalizations write to their moving averages becomes a result; dropout takes the given noise.
 *
 * @returns the output, and the new buffers as tensors that `tf.tidy` does not dispose (they must outlive the scopes
 *   of gradients): the caller does
 */
export function trainingCall(
  model: tfl.LayersModel,
  { weights, buffers, noise }: CallState,
  inputs: tf.Tensor,
): { readonly output: tf.Tensor; readonly buffers: readonly tf.Tensor[] } {
  const variables = bufferVariables(model);
  const written = new Map<OpenVariable, tf.Tensor>();
  const call = () => withNoise(model, noise, () => outputOf(model, inputs, true));
  const writing = () => withWrites(variables, written, call);
  const reading = () => withTensors("buffer", variables, buffers, writing);
  try {
    const output = withTensors("trainable weight", trainableVariables(model), weights, reading);
    return { output, buffers: variables.map((one, i) => written.get(one) ?? tf.keep(tf.clone(buffers[i]!))) };
  } catch (error) {
    for (const value of written.values()) value.dispose();
    throw error;
  }
}

/** Runs a body while what is written to variables is collected instead: the last of each, kept. */
function withWrites<T>(variables: readonly OpenVariable[], written: Map<OpenVariable, tf.Tensor>, body: () => T): T {
  for (const variable of variables)
    variable.write = (value) => {
      written.get(variable)?.dispose(); // a layer that is called twice
      written.set(variable, tf.keep(value));
      variable.val = value;
    };
  try {
    return body();
  } finally {
    for (const variable of variables) delete (variable as Partial<OpenVariable>).write; // the class's own again
  }
}
