import type { Evaluation } from "./evaluate";

/** Record of a finished epoch. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Number of updates done when the epoch ended. */
  readonly step: number;
  /** Mean of the losses read during the epoch (see `lossEvery`). */
  readonly loss: number;
  /** Learning rate of the epoch's last update. */
  readonly rate: number;
  /** Evaluation on the evaluation source, if this epoch had one. */
  readonly evaluation?: Evaluation;
}

/** Progress of a run, without its tensors. Plain JSON; stored in checkpoints. */
export interface Progress {
  /** Updates done. */
  readonly step: number;
  /** Epochs finished. */
  readonly epoch: number;
  /** Batches done in the current epoch. */
  readonly batch: number;
  /** Sum of the losses read in the current epoch. */
  readonly lossSum: number;
  /** Number of the losses read in the current epoch. */
  readonly lossReads: number;
  /** Loss read last; 0 before the first. */
  readonly loss: number;
  /** Loss read first; absent before it. Of a checkpoint of an earlier version, that of the first epoch. */
  readonly first?: number;
  /** Seconds of training so far, including the parts before interruptions. */
  readonly seconds: number;
  readonly history: readonly EpochRecord[];
}

/** Progress before the first update. */
export const beginning: Progress = {
  step: 0,
  epoch: 0,
  batch: 0,
  lossSum: 0,
  lossReads: 0,
  loss: 0,
  seconds: 0,
  history: [],
};

/** Progress after one more batch. @param loss if it was read @param isUpdate whether an update was done after it */
export function afterBatch(progress: Progress, loss: number | undefined, isUpdate: boolean): Progress {
  return {
    ...progress,
    step: progress.step + (isUpdate ? 1 : 0),
    batch: progress.batch + 1,
    lossSum: progress.lossSum + (loss ?? 0),
    lossReads: progress.lossReads + (loss === undefined ? 0 : 1),
    loss: loss ?? progress.loss,
    ...(progress.first === undefined && loss !== undefined && { first: loss }),
  };
}

/** Progress after the end of the current epoch. @param rate of the epoch's last update */
export function afterEpoch(progress: Progress, rate: number, evaluation: Evaluation | undefined): Progress {
  const { step, lossSum, lossReads } = progress;
  const epoch = progress.epoch + 1;
  const record = { epoch, step, loss: lossSum / lossReads, rate, ...(evaluation && { evaluation }) };
  return { ...progress, epoch, batch: 0, lossSum: 0, lossReads: 0, history: [...progress.history, record] };
}
