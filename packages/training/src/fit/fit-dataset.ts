import type * as tfl from "@tensorflow/tfjs-layers";
import { checkModel } from "../arguments/model";
import { checkOptionNames, type Names } from "../arguments/shown";
import type { TensorDataset } from "../examples/from-dataset";
import type { ClassWeights } from "./class-weights";
import { type Compiled, compiledFor } from "./compiled-model";
import { datasetSource } from "./dataset-source";
import { exclusively } from "./fit";
import { type CommonFitArgs, checkCommonArgs, checkCount, commonNames, type FitData } from "./fit-args";
import { validationSource } from "./fit-data";
import { runFit } from "./fit-run";

/** Arguments of {@link fitDataset}. */
export interface FitDatasetArgs extends CommonFitArgs {
  /**
   * Batches in an epoch, an integer ≥ 1. Each epoch then goes on where the last one stopped, so the dataset must have enough of them,
   * as after `repeat()`. @default all of the dataset, from its beginning in every epoch
   */
  readonly batchesPerEpoch?: number;
  /** A dataset, or inputs and targets, to evaluate after every epoch. @default none */
  readonly validationData?: TensorDataset | readonly [FitData, FitData];
  /** Batches of a validation dataset, an integer ≥ 1. @default all */
  readonly validationBatches?: number;
  /** Examples per batch of validation data that are no dataset, an integer ≥ 1. @default 32 */
  readonly validationBatchSize?: number;
  /** Weight of each class in the loss, as an argument of {@link fit}. @default 1 each */
  readonly classWeight?: ClassWeights;
}

const names: Names<Required<FitDatasetArgs>> = {
  ...commonNames,
  ...{ batchesPerEpoch: true, validationData: true, validationBatches: true },
  ...{ validationBatchSize: true, classWeight: true },
};

const hints = {
  validationSplit: "use validationData",
  batchSize: "the dataset decides it",
  shuffle: "the dataset decides it",
};

/**
 * Training on a `tf.data` dataset of batches { xs, ys }, with the arguments of `model.fitDataset`: see {@link fit}.
 *
 * @param dataset whose tensors are read and disposed
 * @throws what {@link fit} throws; TypeError for what is no dataset
 */
export async function fitDataset(
  model: tfl.LayersModel,
  dataset: TensorDataset,
  args: FitDatasetArgs = {},
): Promise<tfl.History> {
  checkModel("fitDataset", model);
  checkOptionNames("fitDataset", args, names, hints);
  checkCommonArgs("fitDataset", args);
  const { batchesPerEpoch, validationBatches, validationBatchSize = 32, classWeight } = args;
  for (const [name, value] of Object.entries({ batchesPerEpoch, validationBatches, validationBatchSize }))
    if (value !== undefined) checkCount(`fitDataset: ${name}`, value, 1);
  const compiled = compiledFor("fitDataset", model);
  return exclusively("fitDataset", model, async () => {
    const goesOn = batchesPerEpoch !== undefined;
    const from = { limit: batchesPerEpoch, goesOn, classWeight };
    const training = await datasetSource("fitDataset: the dataset", model, compiled, dataset, from);
    const validation = await validationFor(model, compiled, args);
    const { size } = dataset as { readonly size?: number | null };
    const steps = batchesPerEpoch ?? (Number.isFinite(size) ? size! : null);
    const params = { samples: null, steps, batchSize: null };
    return runFit("fitDataset", model, compiled, { training, ...(validation && { validation }), params }, args);
  });
}

async function validationFor(model: tfl.LayersModel, compiled: Compiled, args: FitDatasetArgs) {
  const { validationData, validationBatches: limit, validationBatchSize = 32 } = args;
  if (validationData === undefined) return undefined;
  const isDataset = (data: unknown): data is TensorDataset => typeof Object(data).iterator === "function";
  return isDataset(validationData)
    ? datasetSource("fitDataset: validationData", model, compiled, validationData, { limit, goesOn: false })
    : validationSource("fitDataset", model, compiled, validationData, validationBatchSize);
}
