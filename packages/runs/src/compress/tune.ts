import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { distillation, type EpochRecord, type Task } from "@weightcast/training";
import type { Json } from "@weightcast/types";
import { endOf } from "../model/end-of";
import type { Examples } from "../tune/examples";
import { trainOn } from "../tune/train-on";
import type { Fitting } from "./fitting";
import type { CompressFileOptions } from "./options";

/** Learning rate at the start, unless another is asked for. */
const usualRate = 1e-2;

/** Training of a compressed network. */
export interface Tuning {
  /** Learning rate at its start. */
  readonly rate: number;
  /** Part of the loss that was the distance to the original's outputs. */
  readonly distill: number;
  readonly history: readonly Pick<EpochRecord, "epoch" | "step" | "loss" | "rate">[];
}

/** Everything that decides the numbers of a training: a checkpoint with other entries is not continued. */
export const tuningMeta = (
  { budget, epochs, rate = usualRate, distill, validation }: CompressFileOptions,
  { identity }: Fitting,
): Json => ({ compress: { ...identity, budget, epochs, rate, distill, validation: validation ?? null } });

/** Trains a compressed model further, with the original as its teacher. */
export async function tuned(
  small: LayersModel,
  original: LayersModel,
  { training, task }: Examples,
  meta: Json,
  { epochs, rate = usualRate, distill, execution, threads, storage, signal, onEvent }: CompressFileOptions,
): Promise<Tuning> {
  const labeled = task && endOf(original) !== "softmax" ? task : undefined;
  const weight = labeled ? distill : 1;
  const goal = weight > 0 ? distillation(original, labeled ?? likeTheOriginal, { weight }) : labeled!;
  const { history } = await trainOn(small, training, {
    ...{ task: goal, epochs, rate, meta, execution, threads, storage, signal, onEvent },
  });
  return { rate, distill: weight, history };
}

/** Task of outputs that are compared with the original's only. */
const likeTheOriginal: Task = {
  name: "the original's outputs",
  options: {},
  logits: [false],
  loss: () => tf.scalar(0),
  fault: () => undefined,
  measure: () => ({ add() {}, result: () => ({}) }),
};
