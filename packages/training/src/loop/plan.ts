import type * as tfl from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import { checkModel } from "../arguments/model";
import { checkSource } from "../arguments/source";
import { assertFits } from "../step/batch";
import { softmaxCrossEntropy } from "../step/loss";
import { type Noise, noiseOf } from "../step/noise";
import { createStep, type Step } from "../step/step";
import { type MadeOptions, madeOptions, type TrainOptions } from "./options";

/** Plan of a run: everything that is decided before something computes it. */
export interface Plan {
  readonly model: tfl.LayersModel;
  readonly source: BatchSource;
  readonly options: MadeOptions;
  readonly step: Step;
  /** Random numbers that a step needs. */
  readonly noise: readonly Noise[];
  /** Updates in the whole run. */
  readonly steps: number;
}

/**
 * Plan of a run, after checking everything that can be checked before the first update.
 * @throws RangeError if an option is out of range or a source does not fit the model; TypeError as `createStep` does
 */
export function prepare(model: tfl.LayersModel, source: BatchSource, options: TrainOptions): Plan {
  checkModel("train", model);
  checkSource("train", source);
  const made = madeOptions(options);
  const { evaluation, epochs, optimizer, weightDecay, maxColumnNorm, quantizer, loss = softmaxCrossEntropy } = made;
  const { clipNorm, clipValue } = made;
  if (evaluation) checkSource("train: evaluation", evaluation.source);
  const { shape: inputs } = model.inputs[0]!;
  const { shape: outputs } = model.outputs[0]!;
  assertFits("train", source, inputs, outputs, loss);
  if (evaluation) assertFits("train: evaluation", evaluation.source, inputs, outputs, loss);
  const step = createStep(model, {
    ...{ loss, optimizer },
    ...(weightDecay !== undefined && { weightDecay }),
    ...(maxColumnNorm !== undefined && { maxColumnNorm }),
    ...(quantizer !== undefined && { quantizer }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
  });
  const noise = noiseOf(model, source.inputShape);
  return { model, source, options: made, step, noise, steps: epochs * source.batchesPerEpoch };
}
