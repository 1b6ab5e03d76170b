import type * as tfl from "@tensorflow/tfjs-layers";
import { accumulated, type Share, shareScalars } from "../step/accumulate";
import { averaged, averagingScalars } from "../step/averaging";
import { createStepWith, type Step, type StepOptions } from "../step/step";
import type { Task } from "../tasks/task";
import type { MadeOptions } from "./options";

/** Step of a training's loop, and the numbers that it takes besides the batch. */
export interface LoopStep {
  readonly step: Step;
  /** Numbers for the step's scalars. @param step number of updates done before */
  scalars(rate: number, step: number, share: Share): readonly number[];
}

/** Step of a training: that of `createStep`, with averaged weights and accumulated gradients if options ask for them. */
export function loopStep(model: tfl.LayersModel, task: Task, options: MadeOptions): LoopStep {
  const { accumulate = 1, averaging, optimizer } = options;
  const { weightDecay, maxColumnNorm, quantizer, clipNorm, clipValue } = options;
  const given: StepOptions = {
    ...{ task, optimizer },
    ...(weightDecay !== undefined && { weightDecay }),
    ...(maxColumnNorm !== undefined && { maxColumnNorm }),
    ...(quantizer !== undefined && { quantizer }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
  };
  const step = createStepWith(model, given, (plain) => {
    const update = averaging ? averaged(plain) : plain;
    return accumulate > 1 ? accumulated(update) : update;
  });
  return {
    step,
    scalars: (rate, done, share) => [
      ...optimizer.scalars(rate, done),
      ...(averaging ? averagingScalars(averaging, done) : []),
      ...(accumulate > 1 ? shareScalars(share) : []),
    ],
  };
}
