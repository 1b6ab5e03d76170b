import type * as tfl from "@tensorflow/tfjs-layers";
import { checkOptionNames, type Names, shown } from "../arguments/shown";
import { checkName } from "../error";
import type { ExampleNumbers } from "../examples/column";
import type { CheckpointOptions, TrainCompileOptions } from "../loop/options";
import { type ExecutionName, executionNames } from "../names";
import type { ClassWeights } from "./class-weights";

/** Data as model.fit takes them: one, a list in the model's order, or by the names of inputs or outputs. */
export type FitData = ExampleNumbers | readonly ExampleNumbers[] | { readonly [name: string]: ExampleNumbers };

/** Callback of tf.layers: an object of functions, or an instance such as `callbacks.earlyStopping()`. */
export type FitCallback = tfl.CustomCallbackArgs | tfl.CustomCallback | tfl.Callback | tfl.EarlyStopping;

/** What is the same for {@link fit} and {@link fitDataset}: arguments of tf.layers, and those of this package. */
export interface CommonFitArgs {
  /** Number of the epoch to stop before, an integer ≥ 1. @default 1 */
  readonly epochs?: number;
  /** Number of the first epoch, for a training that goes on; from 0. @default 0 */
  readonly initialEpoch?: number;
  readonly callbacks?: FitCallback | readonly FitCallback[];
  /** 0 prints nothing; 1 and 2 print a line for each epoch. @default 0 */
  readonly verbose?: 0 | 1 | 2;
  /** How often callbacks get to yield to other work: as in tf.layers. @default "auto" */
  readonly yieldEvery?: "auto" | "batch" | "epoch" | "never" | number;
  /** Seed of the order of the examples, and of dropout and noise layers: any safe integer. @default 0 */
  readonly seed?: number;
  /** How steps run: see `train`. @default "auto" */
  readonly execution?: ExecutionName;
  /** Options of compiled steps: `runtime`, `threads`, `stepsPerCall`, `memory`. */
  readonly compile?: TrainCompileOptions;
  /** Signal that stops the training when aborted, as `model.stopTraining = true` does. */
  readonly signal?: AbortSignal;
}

/** Arguments of {@link fit}. */
export interface FitArgs extends CommonFitArgs {
  /** Examples per update, an integer ≥ 1. @default 32 */
  readonly batchSize?: number;
  /** Whether each epoch has its own order. @default true */
  readonly shuffle?: boolean;
  /** Share of the examples, the last ones, that is not trained on but evaluated after every epoch, in [0, 1). @default 0 */
  readonly validationSplit?: number;
  /** Inputs and targets to evaluate after every epoch, instead of `validationSplit`. @default none */
  readonly validationData?: readonly [FitData, FitData];
  /** Weight of each class in the loss, by class number; of several outputs, in a list or by name. @default 1 each */
  readonly classWeight?: ClassWeights;
  /** Weight of each example in the loss. (TensorFlow.js declares it, and has not implemented it.) @default 1 each */
  readonly sampleWeight?: ExampleNumbers;
  /**
   * Where to store the training after every epoch, and what describes it: see `train`. The same call continues from there, with the
   * epochs before in its history; what callbacks remember is not stored. @default none
   */
  readonly checkpoint?: Pick<CheckpointOptions, "storage" | "meta">;
}

/** Names of the arguments of both functions. */
export const commonNames: Names<Required<CommonFitArgs>> = {
  ...{ epochs: true, initialEpoch: true, callbacks: true, verbose: true, yieldEvery: true },
  ...{ seed: true, execution: true, compile: true, signal: true },
};

const names: Names<Required<FitArgs>> = {
  ...commonNames,
  ...{ batchSize: true, shuffle: true, validationSplit: true, validationData: true },
  ...{ classWeight: true, sampleWeight: true, checkpoint: true },
};

const hints = {
  stepsPerEpoch: "TensorFlow.js has not implemented it either; use fitDataset with batchesPerEpoch",
  validationSteps: "TensorFlow.js has not implemented it either",
};

/** Refuses arguments that are none, or out of range. @throws TypeError or RangeError naming the argument */
export function checkFitArgs(args: FitArgs): void {
  checkOptionNames("fit", args, names, hints);
  checkCommonArgs("fit", args);
  const { batchSize = 32, validationSplit = 0, shuffle = true } = args;
  checkCount("fit: batchSize", batchSize, 1);
  if (typeof shuffle !== "boolean") throw new TypeError(`fit: shuffle must be true or false; got ${shown(shuffle)}`);
  if (!(validationSplit >= 0 && validationSplit < 1))
    throw new RangeError(`fit: validationSplit must be in [0, 1); got ${shown(validationSplit)}`);
}

/** Checks what both functions take. @param who the caller's name, for the message */
export function checkCommonArgs(who: string, args: CommonFitArgs): void {
  const { epochs = 1, initialEpoch = 0, seed = 0, execution = "auto", signal, verbose = 0 } = args;
  checkCount(`${who}: epochs`, epochs, 1);
  checkCount(`${who}: initialEpoch`, initialEpoch, 0);
  checkName(`${who}: execution`, execution, executionNames);
  if (![0, 1, 2].includes(verbose)) throw new RangeError(`${who}: verbose must be 0, 1 or 2; got ${shown(verbose)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${who}: seed must be a safe integer; got ${shown(seed)}`);
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw new TypeError(`${who}: signal must be an AbortSignal; got ${shown(signal)}`);
}

/** Refuses what is no integer of at least `least`. */
export function checkCount(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${what} must be an integer of at least ${least}; got ${shown(value)}`);
}
