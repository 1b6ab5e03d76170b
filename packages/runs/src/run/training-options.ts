import { optimizerOf, type StepOptions, type StepSchedule, scheduleOf as scheduleBy } from "@weightcast/training";
import type { RunSpec } from "../spec";

/** Optimizer, weight decay, and limits of column norms and gradients of a run. */
export const stepOptions = ({
  optimizer,
  momentum,
  weightDecay,
  maxColumnNorm,
  clipNorm,
}: RunSpec["training"]): StepOptions => ({
  optimizer: optimizerOf(optimizer, { momentum }),
  weightDecay,
  ...(maxColumnNorm !== undefined && { maxColumnNorm }),
  ...(clipNorm !== undefined && { clipNorm }),
});

/**
 * Learning-rate schedule of a run. `step` divides the rate by ten after each third of the run.
 * @param steps updates in the whole run
 */
export function scheduleOf({ schedule, rate, epochs, warmup = 0 }: RunSpec["training"], steps: number): StepSchedule {
  return scheduleBy(schedule, { rate, steps, warmup: Math.round((warmup / epochs) * steps) });
}
