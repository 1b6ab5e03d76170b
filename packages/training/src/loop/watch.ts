import { shown } from "../arguments/shown";
import { checkName } from "../error";
import { type MetricMode, modeOf } from "../tasks/metric-mode";
import type { Task } from "../tasks/task";
import type { EpochRecord } from "./progress";

/** Metric to watch: by it epochs are compared. */
export interface WatchOptions {
  /**
   * Metric by which epochs are compared: `loss`, or the name of one of the task's metrics, such as `error`, `r2` or `auc`. Of the
   * evaluations; without an evaluation source `loss`, the training loss of the epochs. @default "loss"
   */
  readonly monitor?: string;
  /** Whether the metric is better when it is smaller or larger. @default what it is for the metric: "min" for `loss`, "max" for `r2` */
  readonly mode?: MetricMode;
  /** Least difference to the best epoch before that makes an epoch better, ≥ 0. @default 0 */
  readonly minDelta?: number;
}

/** Metric to watch, with the defaults. */
export interface Watch extends Required<WatchOptions> {
  /** Whether it is a metric of the evaluations, not of the training. */
  readonly evaluated: boolean;
}

/**
 * Metric to watch that options name.
 * @param who names it, for the message
 * @throws RangeError if the task has no such metric, or an option is out of range
 */
export function watchOf(
  options: WatchOptions & { readonly evaluation?: unknown },
  task: Task,
  who = "train: monitor",
): Watch {
  const { monitor = "loss", minDelta = 0, evaluation } = options;
  if (monitor !== "loss") {
    if (!evaluation)
      throw new RangeError(
        `${who} must be "loss" without an evaluation, which the other metrics belong to; got ${shown(monitor)}; give evaluation: { source }`,
      );
    checkName(`${who} of the task ${task.name}`, monitor, ["loss", ...Object.keys(task.measure().result())]);
  }
  const mode = options.mode ?? modeOf(monitor);
  if (mode === undefined)
    throw new RangeError(
      `train: mode must say whether ${shown(monitor)} is better when smaller, "min", or larger, "max"`,
    );
  checkName("train: mode", mode, ["min", "max"]);
  if (!(typeof minDelta === "number" && minDelta >= 0 && minDelta < Infinity))
    throw new RangeError(`train: minDelta must be a number of at least 0; got ${shown(minDelta)}`);
  return { monitor, mode, minDelta, evaluated: evaluation !== undefined };
}

/** Value of a metric in an epoch's record; undefined if it was not measured in that epoch. */
export function valueIn(
  { loss, evaluation }: EpochRecord,
  { monitor, evaluated }: Pick<Watch, "monitor" | "evaluated">,
) {
  if (!evaluated) return loss;
  if (!evaluation) return undefined;
  return monitor === "loss" || monitor === "error"
    ? evaluation[monitor]
    : (evaluation.metrics?.[monitor] ?? Number.NaN);
}

/** The first best epoch; undefined before the first value that is a number. */
export function bestOf(history: readonly EpochRecord[], watch: Watch): EpochRecord | undefined {
  let best: { readonly record: EpochRecord; readonly value: number } | undefined;
  for (const record of history) {
    const value = valueIn(record, watch);
    if (value === undefined || Number.isNaN(value)) continue;
    if (!best || isBetter(value, best.value, watch)) best = { record, value };
  }
  return best?.record;
}

/** Whether a value is better than another, by more than minDelta. NaN is not. */
export const isBetter = (value: number, best: number, { mode, minDelta }: Pick<Watch, "mode" | "minDelta">): boolean =>
  mode === "min" ? value < best - minDelta : value > best + minDelta;

/** Whether the metric has stalled: the last epoch that has it is `patience` or more epochs later than the best. */
export function stalled(history: readonly EpochRecord[], watch: Watch, patience: number): boolean {
  if (patience === Infinity) return false; // asked for at every step
  const last = history.findLast((record) => valueIn(record, watch) !== undefined);
  return last !== undefined && last.epoch - (bestOf(history, watch)?.epoch ?? 0) >= patience;
}
