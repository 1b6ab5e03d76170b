import { checkOptionNames, shown } from "../arguments/shown";
import { checkName } from "../error";
import type { EpochRecord } from "../loop/progress";
import { isBetter, valueIn, type WatchOptions } from "../loop/watch";
import { type MetricMode, modeOf } from "../tasks/metric-mode";
import { checkRate, type Schedule } from "./schedule";

/** Options of {@link plateau}. */
export interface PlateauOptions {
  /** Factor that multiplies the rate at each plateau, in (0, 1). @default 0.1 */
  readonly factor?: number;
  /** Epochs in a row without a better one that leave the rate as it is, an integer ≥ 0; one more lowers it. @default 10 */
  readonly patience?: number;
  /** Least difference to the best epoch before that makes an epoch better, ≥ 0. @default 1e-4 */
  readonly minDelta?: number;
  /** Epochs after a change of the rate that are not counted, an integer ≥ 0. @default 0 */
  readonly cooldown?: number;
  /** Smallest rate, in [0, rate]. @default 0 */
  readonly floor?: number;
  /**
   * Metric by which epochs are compared: `loss`, or the name of one of the task's metrics. Of the evaluations, if there are any;
   * otherwise of the training, which only has a loss. @default "loss"
   */
  readonly metric?: string;
  /** Whether the metric is better when it is smaller or larger. @default what it is for the metric: "min" for `loss`, "max" for `r2` */
  readonly mode?: MetricMode;
}

/** Schedule that follows a metric; `train` checks that there is such a metric. */
export interface MetricSchedule extends Schedule {
  readonly follows: WatchOptions;
}

/** Smallest change of the rate, as in PyTorch: smaller ones are not made. */
const least = 1e-8;

/**
 * Schedule that lowers the rate when a metric no longer gets better: rate ← max(rate·factor, floor) after more than `patience`
 * epochs in a row that are not better than the best before by `minDelta`. It follows from the history of the epochs alone. The
 * rates of PyTorch's ReduceLROnPlateau with an absolute threshold.
 *
 * @param rate at the start
 * @throws RangeError if an option is out of range
 */
export function plateau(rate: number, options: PlateauOptions = {}): MetricSchedule {
  checkRate("plateau", rate);
  checkOptionNames("plateau", options, {
    ...{ factor: true, patience: true, minDelta: true, cooldown: true, floor: true, metric: true, mode: true },
  });
  const { factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0, floor = 0, metric = "loss" } = options;
  if (!(factor > 0 && factor < 1)) throw new RangeError(`plateau: factor must be in (0, 1); got ${shown(factor)}`);
  for (const [name, value] of Object.entries({ patience, cooldown }))
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`plateau: ${name} must be an integer of at least 0; got ${shown(value)}`);
  if (!(minDelta >= 0 && minDelta < Infinity))
    throw new RangeError(`plateau: minDelta must be a number of at least 0; got ${shown(minDelta)}`);
  if (!(floor >= 0 && floor <= rate))
    throw new RangeError(`plateau: floor must be in [0, ${rate}]; got ${shown(floor)}`);
  const mode = options.mode ?? modeOf(metric);
  if (mode === undefined)
    throw new RangeError(
      `plateau: mode must say whether ${shown(metric)} is better when smaller, "min", or larger, "max"`,
    );
  checkName("plateau: mode", mode, ["min", "max"]);

  const rateAfter = (history: readonly EpochRecord[]): number => {
    const evaluated = metric !== "loss" || history.some(({ evaluation }) => evaluation);
    const values = history.map((record) => valueIn(record, { monitor: metric, evaluated }));
    let [now, best, bad, cooling] = [rate, mode === "min" ? Infinity : -Infinity, 0, 0];
    for (const value of values) {
      if (value === undefined) continue;
      const better = isBetter(value, best, { mode, minDelta });
      if (better) best = value;
      bad = better ? 0 : bad + 1;
      if (cooling > 0) [cooling, bad] = [cooling - 1, 0];
      if (bad <= patience) continue;
      const next = Math.max(now * factor, floor);
      if (now - next > least) now = next;
      [cooling, bad] = [cooldown, 0];
    }
    return now;
  };
  // All updates of an epoch have the same history.
  let last: { readonly history: readonly EpochRecord[]; readonly rate: number } | undefined;
  const schedule: Schedule = (_, history) => {
    if (last?.history !== history) last = { history, rate: rateAfter(history) };
    return last.rate;
  };
  return Object.assign(schedule, { follows: { monitor: metric, mode, minDelta } });
}
