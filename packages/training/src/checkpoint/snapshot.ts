import type * as tfl from "@tensorflow/tfjs-layers";
import type { Json } from "@weightcast/types";
import type { Plan } from "../loop/plan";
import type { Progress } from "../loop/progress";
import { bestOf } from "../loop/watch";
import type { StateArrays, Weights } from "../step/state";
import { buffersOf, type OpenVariable, trainableVariables } from "../step/variables";
import { arraysIn } from "./arrays";
import type { Checkpoint, NamedArray } from "./checkpoint";
import { partsOf } from "./identity";
import { assertSame, mismatch } from "./mismatch";

/** Checkpoint of a state. @param best weights and moving averages of the best epoch, if the run restores them */
export function snapshot(
  model: tfl.LayersModel,
  { weights, slots, buffers, averages }: StateArrays,
  progress: Progress,
  identity: Json,
  best?: Weights,
): Checkpoint {
  const named = (
    { originalName, shape }: Pick<OpenVariable, "originalName" | "shape">,
    data: Float32Array,
    suffix = "",
  ): NamedArray => ({
    name: originalName + suffix,
    shape: shape as readonly number[],
    data,
  });
  const variables = trainableVariables(model);
  const moving = buffersOf(model);
  const ofWeights = (arrays: readonly Float32Array[], suffix = "") =>
    variables.map((variable, i) => named(variable, arrays[i]!, suffix));
  const ofBuffers = (arrays: readonly Float32Array[], suffix = "") =>
    moving.map((variable, i) => named(variable, arrays[i]!, suffix));
  return {
    identity,
    progress,
    weights: ofWeights(weights),
    slots: variables.map((variable, i) => slots[i]!.map((data, k) => named(variable, data, `/slot${k}`))),
    buffers: ofBuffers(buffers),
    ...(averages && { averages: ofWeights(averages, "/average") }),
    ...(best && { best: { weights: ofWeights(best.weights, "/best"), buffers: ofBuffers(best.buffers, "/best") } }),
  };
}

/**
 * State stored in a checkpoint, and the weights and moving averages of the best epoch, if there are any.
 * @throws TrainingError `CHECKPOINT_MISMATCH` if it is of another run or model, or past `epochs`
 */
export function restore(
  { model, options, source, watch, updatesPerEpoch }: Plan,
  identity: Json,
  checkpoint: Checkpoint,
): { readonly state: StateArrays; readonly best?: Weights } {
  const { progress, weights, slots, buffers, averages, best } = checkpoint;
  const { optimizer, epochs, accumulate = 1, averaging, restoreBest = false } = options;
  const { batchesPerEpoch } = source;
  const there = partsOf(checkpoint.identity, checkpoint.identity);
  const here = partsOf(JSON.parse(JSON.stringify(identity)), checkpoint.identity);
  assertSame(there.run, here.run);
  const shapes = (arrays: readonly { readonly shape: unknown }[]) => JSON.stringify(arrays.map(({ shape }) => shape));
  const compare = (kind: string, there: string, here: string) => {
    if (there !== here) throw mismatch(`its ${kind} are of shapes ${there}, the model's of ${here}`);
  };
  compare("weights", shapes(weights), shapes(trainableVariables(model)));
  compare("moving averages and states", shapes(buffers), shapes(buffersOf(model)));
  if (slots.length !== weights.length || slots.some((arrays) => arrays.length !== optimizer.slots))
    throw mismatch(`its optimizer's tensors are not ${optimizer.slots} for each weight`);
  assertSame(there.model, here.model, "model");
  if (progress.epoch > epochs) throw mismatch(`it is past epoch ${progress.epoch}, and epochs is ${epochs}`);
  if ((averages !== undefined) !== (averaging !== undefined))
    throw mismatch(`it has ${averages ? "averages" : "no averages"} of weights`);
  if (restoreBest && bestOf(progress.history, watch) && !best) throw mismatch("it lacks the weights of the best epoch");
  const updates = progress.epoch * updatesPerEpoch + progress.batch / accumulate;
  if (progress.batch > batchesPerEpoch || progress.step !== updates)
    throw mismatch(
      `it is at step ${progress.step}, batch ${progress.batch} of epoch ${progress.epoch + 1}, which can't be with ${batchesPerEpoch} batches in an epoch`,
    );
  const dataOf = (arrays: readonly NamedArray[]) => arrays.map(({ data }) => data);
  return {
    state: {
      ...{ weights: dataOf(weights), slots: slots.map(dataOf), buffers: dataOf(buffers) },
      ...(averages && { averages: dataOf(averages) }),
    },
    ...(best && { best: { weights: dataOf(best.weights), buffers: dataOf(best.buffers) } }),
  };
}

/** Whether every value of every array is a finite number. */
export function allFinite(checkpoint: Checkpoint): boolean {
  return arraysIn(checkpoint).every(({ data }) => data.every(Number.isFinite));
}
