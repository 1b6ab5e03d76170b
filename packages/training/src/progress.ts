import type { Evaluation } from "./evaluate";

/** What is known of a finished epoch. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Updates done when it ended. */
  readonly step: number;
  /** Mean of the losses read during the epoch (see `lossEvery`). */
  readonly loss: number;
  /** Learning rate of the epoch's last update. */
  readonly rate: number;
  /** On the evaluation source, where this epoch had its turn. */
  readonly evaluation?: Evaluation;
}

/** How far a run has come, apart from its tensors. Plain JSON; stored in checkpoints. */
export interface Progress {
  /** Updates done. */
  readonly step: number;
  /** Epochs finished. */
  readonly epoch: number;
  /** Batches done of the epoch under way. */
  readonly batch: number;
  /** Sum and number of the losses read in the epoch under way. */
  readonly lossSum: number;
  readonly lossReads: number;
  /** The loss read last; 0 before the first. */
  readonly loss: number;
  /** Seconds of training so far, those of interrupted parts included. */
  readonly seconds: number;
  readonly history: readonly EpochRecord[];
}

/** Before the first update. */
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

/** A progress that was stored as JSON, where an error that is NaN has become null. */
export function readProgress(stored: Progress): Progress {
  const history = stored.history.map((record) => {
    const { evaluation } = record;
    return evaluation ? { ...record, evaluation: { ...evaluation, error: evaluation.error ?? Number.NaN } } : record;
  });
  return { ...stored, history };
}

/**
 * Whether the last evaluation is so many epochs past the first of those with the smallest loss.
 * @param patience epochs without a smaller loss
 */
export function stalled({ history }: Progress, patience: number): boolean {
  const losses = history.flatMap(({ epoch, evaluation }) => (evaluation ? [{ epoch, loss: evaluation.loss }] : []));
  const [first, ...rest] = losses;
  if (!first) return false;
  const best = rest.reduce((least, one) => (one.loss < least.loss ? one : least), first);
  return losses.at(-1)!.epoch - best.epoch >= patience;
}

/** After one more update. @param loss if it was read */
export function afterStep(progress: Progress, loss: number | undefined): Progress {
  return {
    ...progress,
    step: progress.step + 1,
    batch: progress.batch + 1,
    lossSum: progress.lossSum + (loss ?? 0),
    lossReads: progress.lossReads + (loss === undefined ? 0 : 1),
    loss: loss ?? progress.loss,
  };
}

/** After the epoch under way, whose last update had this rate. */
export function afterEpoch(progress: Progress, rate: number, evaluation: Evaluation | undefined): Progress {
  const { step, lossSum, lossReads } = progress;
  const epoch = progress.epoch + 1;
  const record = { epoch, step, loss: lossSum / lossReads, rate, ...(evaluation && { evaluation }) };
  return { ...progress, epoch, batch: 0, lossSum: 0, lossReads: 0, history: [...progress.history, record] };
}
