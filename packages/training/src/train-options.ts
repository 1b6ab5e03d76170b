import type { TrainingEvent } from "./events";
import type { Json } from "./json";
import type { Schedule } from "./schedule";
import type { BatchSource } from "./source";
import type { StepOptions } from "./step";
import type { CheckpointStorage } from "./storage";

/** Samples to measure the model on while it trains. */
export interface EvaluationOptions {
  readonly source: BatchSource;
  /** Epochs from one evaluation to the next, an integer ≥ 1; the last epoch always has one. @default 1 */
  readonly every?: number;
}

/** Where and when to store a run's state. */
export interface CheckpointOptions {
  readonly storage: CheckpointStorage;
  /** Updates from one checkpoint to the next, an integer ≥ 1. @default 1000 */
  readonly every?: number;
  /**
   * What the run is, in the caller's words: whatever decides its numbers and is not among the options compared anyway
   * (optimizer, weightDecay, maxColumnNorm, lossEvery and the source's sizes). The model's and the source's seeds and
   * the schedule belong here. @default null
   */
  readonly meta?: Json;
}

/** How `train` trains. */
export interface TrainOptions extends StepOptions {
  /** Passes through the source, an integer ≥ 1. */
  readonly epochs: number;
  /** The learning rate of every update. */
  readonly schedule: Schedule;
  /**
   * The loss is read at the first batch of an epoch, at every so many after it, and at the last: reading waits for the
   * engine. An epoch's loss is the mean of what was read; 1 gives the mean over all its batches. @default 20
   */
  readonly lossEvery?: number;
  readonly evaluation?: EvaluationOptions;
  readonly checkpoint?: CheckpointOptions;
  /** Aborting it stops the run after the update under way, with a checkpoint and status `interrupted`. */
  readonly signal?: AbortSignal;
  /** Hears what happens, synchronously; what it throws ends the run. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** @throws RangeError naming the option that is out of range */
export function checkOptions({ epochs, lossEvery = 1, evaluation, checkpoint }: TrainOptions): void {
  const counts = {
    epochs,
    lossEvery,
    "evaluation.every": evaluation?.every ?? 1,
    "checkpoint.every": checkpoint?.every ?? 1,
  };
  for (const [name, value] of Object.entries(counts))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`train: ${name} must be an integer of at least 1; got ${value}`);
}

/** What a checkpoint must have been made with, to be continued with these options. */
export function identityOf(source: BatchSource, options: TrainOptions): Json {
  const { optimizer, weightDecay = 0, maxColumnNorm = null, lossEvery = 20, checkpoint } = options;
  const { count, batchSize, batchesPerEpoch } = source;
  return {
    optimizer: { name: optimizer.name, ...optimizer.options },
    weightDecay,
    maxColumnNorm,
    lossEvery,
    source: { count, batchSize, batchesPerEpoch },
    meta: checkpoint?.meta ?? null,
  };
}
