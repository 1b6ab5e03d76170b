import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Checkpoint, NamedArray } from "./checkpoint";
import { trainingError } from "./error";
import { firstDifference, type Json } from "./json";
import type { Optimizer } from "./optimizer";
import type { Progress } from "./progress";
import type { TrainingState } from "./step";

/** A state read back from its tensors, ready to be stored. */
export async function snapshot(
  model: tfl.LayersModel,
  state: TrainingState,
  progress: Progress,
  identity: Json,
): Promise<Checkpoint> {
  const names = model.trainableWeights.map(({ originalName }) => originalName);
  const weights = await Promise.all(state.weights.map((tensor, i) => read(names[i]!, tensor)));
  const slots = await Promise.all(
    state.slots.map((tensors, i) => Promise.all(tensors.map((tensor, k) => read(`${names[i]}/slot${k}`, tensor)))),
  );
  return { identity, progress, weights, slots };
}

/**
 * The state in a checkpoint, as tensors that the caller disposes.
 * @throws TrainingError `CHECKPOINT_MISMATCH` if it is of another run, model, or further than `epochs`
 */
export function restore(
  model: tfl.LayersModel,
  optimizer: Optimizer,
  checkpoint: Checkpoint,
  identity: Json,
  epochs: number,
): TrainingState {
  const { progress, weights, slots } = checkpoint;
  const difference = firstDifference(checkpoint.identity, JSON.parse(JSON.stringify(identity)));
  if (difference) throw mismatch(`${difference[0]} is ${difference[1]} there and ${difference[2]} here`);
  const there = JSON.stringify(weights.map(({ shape }) => shape));
  const here = JSON.stringify(model.trainableWeights.map(({ shape }) => shape));
  if (there !== here) throw mismatch(`its weights are of shapes ${there}, the model's of ${here}`);
  if (slots.length !== weights.length || slots.some((arrays) => arrays.length !== optimizer.slots))
    throw mismatch(`its optimizer's tensors are not ${optimizer.slots} for each weight`);
  if (progress.epoch > epochs) throw mismatch(`it is past epoch ${progress.epoch}, and epochs is ${epochs}`);
  const tensor = ({ data, shape }: NamedArray) => tf.tensor(data, [...shape], "float32");
  return { weights: weights.map(tensor), slots: slots.map((arrays) => arrays.map(tensor)) };
}

/** Whether every value of every array is a finite number. */
export function allFinite({ weights, slots }: Checkpoint): boolean {
  return [...weights, ...slots.flat()].every(({ data }) => data.every(Number.isFinite));
}

async function read(name: string, tensor: tf.Tensor): Promise<NamedArray> {
  return { name, shape: tensor.shape, data: await tensor.data<"float32">() };
}

function mismatch(reason: string): Error {
  return trainingError(
    "CHECKPOINT_MISMATCH",
    `train: the checkpoint is of another run: ${reason}; remove it, or choose another path`,
  );
}
