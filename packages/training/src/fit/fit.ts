import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { compiledFor, openModel } from "./compiled-model";
import { checkFitArgs, type FitArgs, type FitData } from "./fit-args";
import { fitSources } from "./fit-data";
import { runFit } from "./fit-run";

/**
 * Training with the arguments of `model.fit`, several times faster: each step is one compiled graph, if the model can be compiled.
 *
 * The model is compiled by `model.compile({ optimizer, loss, metrics })` before. Losses and metrics are the model's own functions,
 * optimizers follow TensorFlow.js's rules with their current options, and what they remember goes on from earlier trainings and into
 * later ones. So with `shuffle: false` the numbers are those of `model.fit`, up to rounding. With shuffling, the order comes from
 * `seed` instead of Math.random.
 *
 * Differences: constraints of layers hold after every update; `val_loss` of several outputs is the sum of all of them (TensorFlow.js
 * 4.22 reports the first one's); stateful layers have the same states after a validation as before it, where those of tf.layers go on; in `onBatchBegin` and `onBatchEnd` the model still has the weights of the last epoch's end, and
 * with such callbacks updates are done one by one, which is slower.
 *
 * @param x inputs: a tensor, a typed array or nested numbers; a list of them in the model's order; or by the inputs' names
 * @param y targets, in the same forms
 * @returns the history, as `model.fit` does
 * @throws RangeError or TypeError for arguments or data that do not fit the model, a model that is not compiled, an optimizer that
 *   is not one of tf.train, or a model that `train` refuses
 * @throws CompileError, or TrainingError `NO_RUNTIME`, if execution is "compiled" and that is not possible
 */
export async function fit(model: tfl.LayersModel, x: FitData, y: FitData, args: FitArgs = {}): Promise<tfl.History> {
  checkModel("fit", model);
  checkFitArgs(args);
  const compiled = compiledFor("fit", model);
  return exclusively("fit", model, () => {
    const sources = fitSources(model, compiled, { x, y }, args);
    const { count: samples, batchSize } = sources.training;
    return runFit("fit", model, compiled, { ...sources, params: { samples, steps: null, batchSize } }, args);
  });
}

/** Runs a training unless another one of the model is under way. */
export async function exclusively<T>(who: string, model: tfl.LayersModel, body: () => Promise<T>): Promise<T> {
  const open = openModel(model);
  if (open.isTraining) throw new Error(`${who}: another training of this model is under way; await it first`);
  open.isTraining = true;
  try {
    return await body();
  } finally {
    open.isTraining = false;
  }
}
