import {
  adam,
  constant,
  cosine,
  type Optimizer,
  paperSchedule,
  type Schedule,
  type StepOptions,
  sgd,
  stepDecay,
} from "@weightcast/training";
import type { RunSpec } from "./spec";

/** The optimizer, weight decay and norm of a run. */
export const stepOptions = ({ optimizer, momentum, weightDecay, maxColumnNorm }: RunSpec["training"]): StepOptions => ({
  optimizer: optimizerOf(optimizer, momentum),
  weightDecay,
  ...(maxColumnNorm !== undefined && { maxColumnNorm }),
});

const optimizerOf = (name: RunSpec["training"]["optimizer"], momentum: number): Optimizer =>
  name === "adam" ? adam() : sgd({ momentum });

/**
 * The learning rate of a run. `step` divides the rate by ten after each third of the run.
 * @param steps updates in the whole run
 */
export function scheduleOf(training: RunSpec["training"], steps: number): Schedule {
  const { schedule, rate, epochs, warmup = 0 } = training;
  switch (schedule) {
    case "constant":
      return constant(rate);
    case "step":
      return stepDecay(rate, { every: Math.max(1, Math.ceil(steps / 3)), factor: 0.1 });
    case "cosine":
      return cosine(rate, steps, { warmup: Math.min(steps - 1, Math.round((warmup / epochs) * steps)) });
    case "paper":
      return paperSchedule(rate);
  }
}
