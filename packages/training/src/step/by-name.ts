import { checkOptionNames } from "../arguments/shown";
import { checkName } from "../error";
import { type OptimizerName, optimizerNames, type ScheduleName, scheduleNames } from "../names";
import { adagrad } from "./adagrad";
import { adam } from "./adam";
import { lion } from "./lion";
import { type Optimizer, rateHints } from "./optimizer";
import { rmsprop } from "./rmsprop";
import { constant, cosine, paperSchedule, type StepSchedule, stepDecay } from "./schedule";
import { type SgdOptions, sgd } from "./sgd";

/**
 * Optimizer by name: `sgd` with the given momentum, or another with its defaults (the others ignore the momentum).
 * @throws RangeError if the name is unknown, or momentum is not in [0, 1) for `sgd`
 */
export function optimizerOf(name: OptimizerName, options: Pick<SgdOptions, "momentum"> = {}): Optimizer {
  checkName("optimizerOf: name", name, optimizerNames);
  checkOptionNames("optimizerOf", options, { momentum: true }, rateHints);
  const { momentum = 0 } = options;
  return name === "sgd" ? sgd({ momentum }) : others[name]();
}

/** Optimizers whose momentum is not an option of {@link optimizerOf}. */
const others: Readonly<Record<Exclude<OptimizerName, "sgd">, () => Optimizer>> = { adam, rmsprop, adagrad, lion };

/** Options of {@link scheduleOf}. */
export interface NamedScheduleOptions {
  /** Learning rate at the start, after a warm-up if there is one; > 0. */
  readonly rate: number;
  /** Updates in the whole run, an integer ≥ 1. */
  readonly steps: number;
  /** Updates of linear warm-up of `cosine`, an integer ≥ 0; at most steps − 1 of them are done. @default 0 */
  readonly warmup?: number;
}

/**
 * Learning-rate schedule by name, for a run of a given length:
 *
 * - `constant`: the same rate throughout
 * - `step`: the rate divided by ten after each third of the run
 * - `cosine`: half a cosine down to zero, after a linear warm-up
 * - `paper`: the rate divided by 1.00004 after every update (Denil et al. 2013)
 *
 * @throws RangeError if the name is unknown or an option is out of range
 */
export function scheduleOf(name: ScheduleName, options: NamedScheduleOptions): StepSchedule {
  checkName("scheduleOf: name", name, scheduleNames);
  checkOptionNames("scheduleOf", options, { rate: true, steps: true, warmup: true });
  const { rate, steps, warmup = 0 } = options;
  switch (name) {
    case "constant":
      return constant(rate);
    case "step":
      return stepDecay(rate, { every: Math.max(1, Math.ceil(steps / 3)), factor: 0.1 });
    case "cosine":
      return cosine(rate, steps, { warmup: Math.min(steps - 1, warmup) });
    case "paper":
      return paperSchedule(rate);
  }
}
