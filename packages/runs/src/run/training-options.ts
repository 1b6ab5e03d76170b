import { optimizerOf, type StepOptions, type StepSchedule, scheduleOf as scheduleBy } from "@weightcast/training";
import type { RunSpec } from "../spec";

/** Optimizer, weight decay and limit of column norms of a run. */
export const stepOptions = ({ optimizer, momentum, weightDecay, maxColumnNorm }: RunSpec["training"]): StepOptions => ({
  optimizer: optimizerOf(optimizer, { momentum }),
  weightDecay,
  ...(maxColumnNorm !== undefined && { maxColumnNorm }),
});

/**
 * Learning-rate schedule of a run. `step` divides the rate by ten after each third of the run.
 * @param steps updates in the whole run
 */
export function scheduleOf({ schedule, rate, epochs, warmup = 0 }: RunSpec["training"], steps: number): StepSchedule {
  return scheduleBy(schedule, { rate, steps, warmup: Math.round((warmup / epochs) * steps) });
}
