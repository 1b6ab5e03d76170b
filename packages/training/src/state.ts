import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { bufferVariables, type OpenVariable, trainableVariables } from "./layer-variable";
import type { Optimizer } from "./optimizer";
import type { TrainingState } from "./step";

/** The numbers of a training state, outside of any engine. */
export interface StateArrays {
  /** One for each of `model.trainableWeights`. */
  readonly weights: readonly Float32Array[];
  /** For each weight, the optimizer's. */
  readonly slots: readonly (readonly Float32Array[])[];
  /** Moving mean and variance of each batch normalization. */
  readonly buffers: readonly Float32Array[];
}

/** The state at the start: the model's weights and moving averages as they are, and zero slots. */
export function startOf(model: tfl.LayersModel, optimizer: Optimizer): StateArrays {
  const read = (variable: OpenVariable) => (variable.read().dataSync() as Float32Array).slice();
  const weights = trainableVariables(model).map(read);
  const slots = weights.map(({ length }) => Array.from({ length: optimizer.slots }, () => new Float32Array(length)));
  return { weights, slots, buffers: bufferVariables(model).map(read) };
}

/** As tensors, which the caller disposes. */
export function tensorsOf(model: tfl.LayersModel, { weights, slots, buffers }: StateArrays): TrainingState {
  const tensor = (data: Float32Array, { shape }: OpenVariable) => tf.tensor(data.slice(), shape as number[], "float32");
  const variables = trainableVariables(model);
  const averages = bufferVariables(model);
  return {
    weights: weights.map((data, i) => tensor(data, variables[i]!)),
    slots: slots.map((arrays, i) => arrays.map((data) => tensor(data, variables[i]!))),
    buffers: buffers.map((data, i) => tensor(data, averages[i]!)),
  };
}

/** Read back from an engine. */
export async function arraysOf({ weights, slots, buffers }: TrainingState): Promise<StateArrays> {
  const read = async (tensor: tf.Tensor) => (await tensor.data<"float32">()).slice();
  const all = (tensors: readonly tf.Tensor[]) => Promise.all(tensors.map(read));
  return { weights: await all(weights), slots: await Promise.all(slots.map(all)), buffers: await all(buffers) };
}

/** Writes weights and moving averages into the model's variables. */
export function assign(model: tfl.LayersModel, { weights, buffers }: StateArrays): void {
  const write = (variables: readonly OpenVariable[], arrays: readonly Float32Array[]) => {
    for (const [i, variable] of variables.entries())
      variable.write(tf.tensor(arrays[i]!, variable.shape as number[], "float32"));
  };
  tf.tidy(() => {
    write(trainableVariables(model), weights);
    write(bufferVariables(model), buffers);
  });
}
