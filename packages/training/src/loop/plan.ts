import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { checkSource } from "../arguments/source";
import { inputsOf, type Source } from "../examples/examples";
import { assertFits } from "../step/batch";
import { type Noise, noiseOf } from "../step/noise";
import type { Task } from "../tasks/task";
import { taskFrom } from "../tasks/task-from";
import { type LoopStep, loopStep } from "./loop-step";
import { type MadeOptions, madeOptions, type TrainOptions } from "./options";
import { type Watch, watchOf } from "./watch";

/** Plan of a run: everything that is decided before something computes it. */
export interface Plan extends LoopStep {
  readonly model: tfl.LayersModel;
  readonly source: Source;
  readonly options: MadeOptions;
  /** What the model is trained for. */
  readonly task: Task;
  /** Random numbers that a step needs. */
  readonly noise: readonly Noise[];
  /** Metric by which epochs are compared. */
  readonly watch: Watch;
  /** Updates in an epoch: as many as batches, unless gradients are accumulated. */
  readonly updatesPerEpoch: number;
  /** Updates in the whole run. */
  readonly steps: number;
}

/**
 * Plan of a run, after checking everything that can be checked before the first update.
 * @throws RangeError if an option is out of range or a source does not fit the model; TypeError as `createStep` does
 */
export function prepare(model: tfl.LayersModel, source: Source, options: TrainOptions): Plan {
  checkModel("train", model);
  checkSource("train", source);
  const made = madeOptions(options);
  const { evaluation, epochs, accumulate = 1 } = made;
  if (evaluation) checkSource("train: evaluation", evaluation.source);
  const task = taskFrom("train", made);
  assertFits("train", source, model, task);
  if (evaluation) assertFits("train: evaluation", evaluation.source, model, task);
  const watch = watchOf(made, task);
  const { step, scalars } = loopStep(model, task, made);
  const shapes = inputsOf(source).map(({ shape }) => shape);
  const noise = noiseOf(model, shapes);
  const updatesPerEpoch = Math.ceil(source.batchesPerEpoch / accumulate);
  const steps = epochs * updatesPerEpoch;
  return { model, source, options: made, task, step, scalars, noise, watch, updatesPerEpoch, steps };
}
