import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

/** Loss or metric of tf.layers: numbers of a batch, of any shape, whose mean counts. */
export type LossOrMetric = (targets: tf.Tensor, outputs: tf.Tensor) => tf.Tensor;

/** What `model.compile` has set, with names that TensorFlow.js declares private. */
interface OpenModel {
  readonly optimizer_?: tf.Optimizer;
  /** One for each output. */
  readonly lossFunctions: readonly LossOrMetric[];
  /** What is logged besides the loss: a function, and the number of its output. */
  readonly metricsTensors: readonly (readonly [LossOrMetric, number])[];
  getDedupedMetricsNames(): readonly string[];
  isTraining: boolean;
  stopTraining_: boolean;
  history: tfl.History;
}

/** The model's fields that training uses and sets. A sequential model has them in the model that it makes of its layers. */
export const openModel = (model: tfl.LayersModel): OpenModel => innerModel(model) as unknown as OpenModel;

/** Model that callbacks of tf.layers get: of a sequential model, the one that it makes of its layers. */
export const innerModel = (model: tfl.LayersModel): tfl.LayersModel =>
  (model as { readonly model?: tfl.LayersModel }).model ?? model;

/** What a model was compiled for. */
export interface Compiled {
  readonly optimizer: tf.Optimizer;
  readonly losses: readonly LossOrMetric[];
  /** Functions that are logged besides the loss, in the order of `names`; of several outputs, the losses come first. */
  readonly metrics: readonly (readonly [LossOrMetric, number])[];
  /** For each output, whether its targets are class numbers, one for each example or step. */
  readonly sparse: readonly boolean[];
  /** Names in the logs: `loss`, and those of `metrics`. */
  readonly names: readonly string[];
}

/**
 * What a model was compiled for by `model.compile`.
 * @throws TypeError if it was not
 */
export function compiledFor(who: string, model: tfl.LayersModel): Compiled {
  const open = openModel(model);
  const { optimizer_: optimizer, lossFunctions: losses, metricsTensors: metrics } = open;
  if (!optimizer || !losses)
    throw new TypeError(
      `${who}: the model must be compiled, by model.compile({ optimizer, loss, metrics }); got one that is not`,
    );
  const missing = losses.findIndex((loss) => typeof loss !== "function");
  if (missing >= 0 || losses.length !== model.outputs.length)
    throw new TypeError(
      `${who}: model.compile must set a loss for each output; got none for "${model.outputNames[Math.max(missing, 0)]}"`,
    );
  const sparse = model.outputNames.map((name, i) => lossName(model.loss, name, i) === "sparseCategoricalCrossentropy");
  return { optimizer, losses, metrics, sparse, names: open.getDedupedMetricsNames() };
}

/** What `model.compile` was given as the loss of an output. The name of a function does not survive minification. */
function lossName(loss: tfl.LayersModel["loss"], output: string, index: number): unknown {
  if (typeof loss === "string" || typeof loss === "function") return loss;
  return Array.isArray(loss) ? loss[index] : loss[output];
}
