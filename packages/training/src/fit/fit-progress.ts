import type { History } from "@tensorflow/tfjs-layers";
import type { EpochRecord, Progress } from "../loop/progress";

/** Numbers that callbacks get at the end of an epoch, by name. */
export type Logs = Readonly<Record<string, number>>;

/** Finished epoch of a fit. */
interface Finished {
  readonly logs: Logs;
  /** Updates of the epoch. */
  readonly done: number;
  readonly rate: number;
  /** Examples that it was trained on. */
  readonly count: number;
  readonly seconds: number;
}

/** Progress after one more epoch. Its logs are kept as the metrics of its evaluation. */
export function afterFitEpoch(progress: Progress, { logs, done, rate, count, seconds }: Finished): Progress {
  const [epoch, step, loss] = [progress.epoch + 1, progress.step + done, logs.loss!];
  const evaluation = { error: Number.NaN, loss: logs.val_loss ?? loss, count, metrics: logs };
  const record: EpochRecord = { epoch, step, loss, rate, evaluation };
  return {
    ...progress,
    step,
    epoch,
    loss,
    first: progress.first ?? loss,
    seconds,
    history: [...progress.history, record],
  };
}

/** Gives a history the epochs that were finished before a resume. */
export function recall(history: History, { history: records }: Progress, initialEpoch: number): void {
  for (const { epoch, evaluation } of records) {
    history.epoch.push(initialEpoch + epoch - 1);
    for (const [name, value] of Object.entries(evaluation?.metrics ?? {})) {
      history.history[name] ??= [];
      history.history[name].push(value);
    }
  }
}
