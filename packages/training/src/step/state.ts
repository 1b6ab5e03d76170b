import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { optimizerFrom } from "../arguments/rule";
import { layerStates, setLayerStates } from "./layer-states";
import type { Optimizer } from "./optimizer";
import { buffersOf, bufferVariables, type OpenVariable, splitBuffers, trainableVariables } from "./variables";

/** State of a training, as tensors: everything that a step changes. */
export interface TrainingState {
  /** One for each of `model.trainableWeights`, in that order. */
  readonly weights: readonly tf.Tensor[];
  /** For each weight, the optimizer's tensors. */
  readonly slots: readonly (readonly tf.Tensor[])[];
  /** Moving mean and variance of each batch normalization, in the order of the model's layers, then states of stateful layers. */
  readonly buffers: readonly tf.Tensor[];
  /** Moving average of each weight, of a training that averages them. */
  readonly averages?: readonly tf.Tensor[];
  /** Sums of gradients since the last update, of a training that accumulates them. */
  readonly sums?: readonly tf.Tensor[];
}

/** State of a training, as plain arrays outside any engine. */
export interface StateArrays {
  /** One for each of `model.trainableWeights`. */
  readonly weights: readonly Float32Array[];
  /** For each weight, the optimizer's arrays. */
  readonly slots: readonly (readonly Float32Array[])[];
  /** Moving mean and variance of each batch normalization, then states of stateful layers. */
  readonly buffers: readonly Float32Array[];
  /** Moving average of each weight, of a training that averages them. */
  readonly averages?: readonly Float32Array[];
}

/** Weights and moving averages of a state: what a model computes with. */
export type Weights = Pick<StateArrays, "weights" | "buffers">;

/** Initial state: the model's current weights and moving averages, and zero slots. The caller disposes the tensors. */
export function initialState(model: tfl.LayersModel, optimizer: Optimizer): TrainingState {
  checkModel("initialState", model);
  optimizerFrom("initialState", optimizer);
  return tidy(() => {
    const weights = model.trainableWeights.map((variable) => tf.clone(variable.read()));
    const slots = weights.map((weight) => Array.from({ length: optimizer.slots }, () => tf.zerosLike(weight)));
    const buffers = buffersOf(model).map((buffer) => tf.clone(buffer.read()));
    return { weights, slots, buffers };
  });
}

/** {@link initialState} as arrays. */
export function initialArrays(model: tfl.LayersModel, optimizer: Optimizer): StateArrays {
  const read = (variable: Pick<OpenVariable, "read">) => (variable.read().dataSync() as Float32Array).slice();
  const weights = trainableVariables(model).map(read);
  const slots = weights.map(({ length }) => Array.from({ length: optimizer.slots }, () => new Float32Array(length)));
  return { weights, slots, buffers: buffersOf(model).map(read) };
}

/** Arrays as tensors, which the caller disposes. */
export function tensorsOf(model: tfl.LayersModel, { weights, slots, buffers, averages }: StateArrays): TrainingState {
  const tensor = (data: Float32Array, { shape }: Pick<OpenVariable, "shape">) =>
    tf.tensor(data.slice(), shape as number[], "float32");
  const variables = trainableVariables(model);
  const variablesOfBuffers = buffersOf(model);
  return {
    weights: weights.map((data, i) => tensor(data, variables[i]!)),
    slots: slots.map((arrays, i) => arrays.map((data) => tensor(data, variables[i]!))),
    buffers: buffers.map((data, i) => tensor(data, variablesOfBuffers[i]!)),
    ...(averages && { averages: averages.map((data, i) => tensor(data, variables[i]!)) }),
  };
}

/** Tensors read back into arrays, without sums of gradients: they are zero after an update. */
export async function arraysOf({ weights, slots, buffers, averages }: TrainingState): Promise<StateArrays> {
  const read = async (tensor: tf.Tensor) => (await tensor.data<"float32">()).slice();
  const all = (tensors: readonly tf.Tensor[]) => Promise.all(tensors.map(read));
  return {
    weights: await all(weights),
    slots: await Promise.all(slots.map(all)),
    buffers: await all(buffers),
    ...(averages && { averages: await all(averages) }),
  };
}

/** Writes weights and moving averages into the model's variables, and gives its layers their states. */
export function assign(model: tfl.LayersModel, { weights, buffers }: Weights): void {
  const write = (variables: readonly OpenVariable[], arrays: readonly Float32Array[]) => {
    // Not `write`, which would apply a constraint once more: not all of them leave what they made as it is.
    for (const [i, variable] of variables.entries())
      (variable.val as tf.Variable).assign(tf.tensor(arrays[i]!, variable.shape as number[], "float32"));
  };
  tf.tidy(() => {
    write(trainableVariables(model), weights);
    const { moving, states } = splitBuffers(model, buffers);
    write(bufferVariables(model), moving);
    setLayerStates(
      model,
      states.map((data, i) => tf.tensor(data, [...layerStates(model)[i]!.shape], "float32")),
    );
  });
}

/** `tf.tidy` for results with read-only types, which its declared type rejects. */
export function tidy<T extends object>(body: () => T): T {
  return tf.tidy(body as unknown as () => tf.TensorContainer) as unknown as T;
}

/** `tf.dispose` of every tensor in an object; accepts read-only types. */
export function dispose(tensors: object): void {
  tf.dispose(tensors as tf.TensorContainer);
}
