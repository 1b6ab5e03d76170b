import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { adam, cosine, distillation, type Task, train } from "@weightcast/training";
import type { Json } from "@weightcast/types";
import { InterruptedError } from "../interrupted";
import type { Examples } from "./examples";
import type { CompressFileOptions } from "./options";

/** Steps between checkpoints. */
const every = 200;

/** Trains a compressed model further, with the original as its teacher. */
export async function tuned(
  small: LayersModel,
  original: LayersModel,
  { training, task }: Examples,
  {
    epochs,
    rate = 1e-2,
    distill,
    seed,
    validation,
    execution = "auto",
    threads,
    storage,
    signal,
    onEvent,
    budget,
    dictionaries,
  }: CompressFileOptions,
): Promise<void> {
  const labeled = task && !endsInSoftmax(original) ? task : undefined;
  const goal = labeled
    ? distill > 0
      ? distillation(original, labeled, { weight: distill })
      : labeled
    : distillation(original, likeTheOriginal, { weight: 1 });
  const trained = await train(small, training, {
    epochs,
    task: goal,
    optimizer: adam(),
    schedule: cosine(rate, epochs * training.batchesPerEpoch),
    checkpoint: {
      storage,
      every,
      meta: JSON.parse(
        JSON.stringify({ compress: { budget, dictionaries, epochs, rate, distill, seed, validation } }),
      ) as Json,
    },
    execution,
    compile: { ...(threads !== undefined && { threads }) },
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
  });
  if (trained.status === "interrupted") throw new InterruptedError();
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

const endsInSoftmax = (model: LayersModel): boolean => {
  const last = model.layers.at(-1)!;
  return last.getClassName() === "Softmax" || last.getConfig().activation === "softmax";
};
