import type { LayersModel } from "@tensorflow/tfjs-layers";
import {
  adam,
  type CheckpointStorage,
  cosine,
  type Task,
  type TrainingEvent,
  type TrainResult,
  train,
} from "@weightcast/training";
import type { Json } from "@weightcast/types";
import type { RunSource } from "../build/run-data";
import { InterruptedError } from "../interrupted";
import type { ExecutionChoice } from "../run/versions";

/** Steps between checkpoints. */
const every = 200;

/** How a model that is there is trained further. */
export interface TrainOnOptions {
  readonly task: Task;
  readonly epochs: number;
  /** Learning rate of Adam at the start, which falls to 0 along a cosine. */
  readonly rate: number;
  /** Everything that decides the numbers of the training: a checkpoint with other entries is refused. */
  readonly meta: Json;
  /** How steps and tests are computed. @default "auto" */
  readonly execution?: ExecutionChoice | undefined;
  readonly threads?: number | undefined;
  readonly storage: CheckpointStorage;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

/**
 * Trains a model further, from the checkpoint if there is one.
 * @throws InterruptedError once the signal is aborted, with a checkpoint stored
 */
export async function trainOn(model: LayersModel, training: RunSource, options: TrainOnOptions): Promise<TrainResult> {
  const { task, epochs, rate, meta, execution = "auto", threads, storage, signal, onEvent } = options;
  const trained = await train(model, training, {
    epochs,
    task,
    optimizer: adam(),
    schedule: cosine(rate, epochs * training.batchesPerEpoch),
    checkpoint: { storage, every, meta },
    execution,
    compile: { ...(threads !== undefined && { threads }) },
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
  });
  if (trained.status === "interrupted") throw new InterruptedError();
  return trained;
}
