import type { Runtime } from "@weightcast/compile";
import type { Json } from "@weightcast/types";
import { optimizerFrom, scheduleFrom } from "../arguments/rule";
import { checkOptionNames, type Names, shown } from "../arguments/shown";
import type { CheckpointStorage } from "../checkpoint/storage";
import { checkName } from "../error";
import type { Source } from "../examples/examples";
import { type DeviceName, deviceNames, type ExecutionName, executionNames } from "../names";
import { type AveragingOptions, checkAveraging } from "../step/averaging";
import type { Optimizer } from "../step/optimizer";
import type { Schedule } from "../step/schedule";
import type { StepOptions } from "../step/step";
import type { TrainingListener } from "./events";
import type { WatchOptions } from "./watch";

/** Examples to measure the model on during training. */
export interface EvaluationOptions {
  readonly source: Source;
  /** Epochs from one evaluation to the next, an integer ≥ 1; the last epoch always has one. @default 1 */
  readonly every?: number;
}

/** Where and when to store a run's state. */
export interface CheckpointOptions {
  readonly storage: CheckpointStorage;
  /** Updates from one checkpoint to the next, an integer ≥ 1. @default 1000 */
  readonly every?: number;
  /**
   * Description of the run by its caller: everything that decides its numbers, except what is compared in any case: the
   * model (its layers with their options, initializers, dictionaries and frozen weights), optimizer, loss, weightDecay,
   * maxColumnNorm, lossEvery, execution, the seed of dropout, and the source's sizes. The seed of the source, the
   * schedule, and a seed of the model that its layers do not know (of weights set by hand) belong here. @default null
   */
  readonly meta?: Json;
}

/** Options of compiled steps. */
export interface TrainCompileOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. @default onnxruntime-node, if it is installed */
  readonly runtime?: Runtime;
  /**
   * What runs the steps: `cpu`, the processor; `webgpu`, in browsers, if the runtime is `onnxruntime-web/webgpu`; `auto`: WebGPU if the runtime
   * has a provider for it and the browser an adapter. If only the adapter is missing, a warning says so once.
   * @default "auto"
   */
  readonly device?: DeviceName;
  /** Threads of a step, an integer ≥ 1. @default the runtime's choice: one per core */
  readonly threads?: number;
  /**
   * Updates per call of the runtime, an integer ≥ 1: they are reported, interrupted and stored together.
   * @default as many as take about a tenth of a second, at most 8
   */
  readonly stepsPerCall?: number;
  /**
   * Most bytes that a prepared source may take. The examples of a prepared source have passed through the fixed part of
   * the first layer (x U), so no step computes it again. 0 for never. @default 1 GiB
   */
  readonly memory?: number;
}

/** Options of {@link train}. */
export interface TrainOptions extends StepOptions, WatchOptions {
  /** Passes through the source, an integer ≥ 1. */
  readonly epochs: number;
  /** Learning rate of every update: one number for all, or a function of the step. */
  readonly schedule: Schedule | number;
  /**
   * k: batches whose gradients make one update, an integer ≥ 1, for batches larger than the memory has room for. Their mean is
   * weighted by the numbers of examples, so k batches of n examples are one of k·n, up to rounding; but batch normalizations see each
   * batch by itself. The last batches of an epoch make an update, even if they are fewer. The schedule counts updates. The run is
   * interrupted and stored only between updates. @default 1
   */
  readonly accumulate?: number;
  /**
   * Exponential moving average of the weights: evaluations are of the averages, and the model gets them at the end. Moving averages
   * of batch normalizations are those of the training (`use_buffers=False` of PyTorch). @default none
   */
  readonly averaging?: AveragingOptions;
  /**
   * Batches from one reading of the loss to the next, an integer ≥ 1: reading waits for the engine. The first and last
   * batch of an epoch are always read. An epoch's loss is the mean of the losses read; 1 gives the mean over all its
   * batches. @default 20
   */
  readonly lossEvery?: number;
  /** Seed of the random numbers of dropout and noise layers: any safe integer. @default 0 */
  readonly seed?: number;
  readonly evaluation?: EvaluationOptions;
  /**
   * Early stopping: the run is done when the metric that `monitor` names has not become better than in the best epoch for this many
   * epochs in a row, an integer ≥ 1. Only epochs with an evaluation count. @default none: all epochs
   */
  readonly patience?: number;
  /**
   * Whether the model gets the weights and moving averages of the best epoch instead of the last ones, also when the run is
   * interrupted. They are part of checkpoints. Only epochs with an evaluation count, if there is an evaluation source.
   * @default false
   */
  readonly restoreBest?: boolean;
  readonly checkpoint?: CheckpointOptions;
  /**
   * `compiled`: each step is one graph that ONNX Runtime runs; `eager`: TensorFlow.js runs it operation by operation;
   * `auto`: compiled if there is a runtime and the model can be compiled, otherwise eager. The event `execution`
   * reports which it is. @default "auto"
   */
  readonly execution?: ExecutionName;
  readonly compile?: TrainCompileOptions;
  /**
   * Signal that stops the run when aborted, after the updates under way (see `compile.stepsPerCall`), with a checkpoint
   * and status `interrupted`.
   */
  readonly signal?: AbortSignal;
  /** Called for every event, one after the other; if it returns a promise, the run waits for it; if it throws, the run stops. */
  readonly onEvent?: TrainingListener;
}

/** Options of {@link train}, with the optimizer and the schedule made. */
export interface MadeOptions extends TrainOptions {
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
}

/** Names of the options of {@link train}. */
const names: Names<Required<TrainOptions>> = {
  ...{ epochs: true, optimizer: true, schedule: true, loss: true, weightDecay: true, maxColumnNorm: true },
  ...{ seed: true, execution: true, compile: true, lossEvery: true, evaluation: true, patience: true },
  ...{ checkpoint: true, signal: true, onEvent: true, quantizer: true, task: true, clipNorm: true, clipValue: true },
  ...{ monitor: true, mode: true, minDelta: true, restoreBest: true, accumulate: true, averaging: true },
};

/** Options of other libraries, and what they are here. */
const hints = {
  ...{ learningRate: "it is schedule", lr: "it is schedule", rate: "it is schedule" },
  ...{ batchSize: "the source decides it", shuffle: "the source decides it" },
  ...{
    clipnorm: "it is clipNorm",
    clipvalue: "it is clipValue",
    validationData: "it is evaluation: { source }",
    callbacks: "use onEvent",
    restoreBestWeights: "it is restoreBest",
    accumulateGradBatches: "it is accumulate",
    ema: "it is averaging: { decay }",
  },
};

/**
 * Options of {@link train} after all checks.
 * @throws RangeError or TypeError naming the option that is wrong
 */
export function madeOptions(options: TrainOptions): MadeOptions {
  checkOptionNames("train", options, names, hints);
  checkKinds(options);
  checkNumbers(options);
  return {
    ...options,
    optimizer: optimizerFrom("train", options.optimizer),
    schedule: scheduleFrom("train", options.schedule),
  };
}

/** Checks what the options are, before their fields are read. */
function checkKinds({ evaluation, checkpoint, compile, signal, onEvent, restoreBest = false }: TrainOptions): void {
  if (evaluation !== undefined && (typeof evaluation !== "object" || Object(evaluation).source === undefined))
    throw new TypeError(`train: evaluation must be { source }, with the examples to measure; got ${shown(evaluation)}`);
  const storage = Object(Object(checkpoint).storage);
  if (checkpoint !== undefined && !["read", "write", "remove"].every((name) => typeof storage[name] === "function"))
    throw new TypeError(
      `train: checkpoint must be { storage }, as fileStorage(path) of @weightcast/training/node makes it; got ${shown(checkpoint)}`,
    );
  if (compile !== undefined && (typeof compile !== "object" || compile === null))
    throw new TypeError(`train: compile must be an object such as { threads: 2 }; got ${shown(compile)}`);
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw new TypeError(`train: signal must be an AbortSignal; got ${shown(signal)}`);
  if (typeof restoreBest !== "boolean")
    throw new TypeError(`train: restoreBest must be true or false; got ${shown(restoreBest)}`);
  if (onEvent !== undefined && typeof onEvent !== "function")
    throw new TypeError(`train: onEvent must be a function; got ${shown(onEvent)}`);
}

/** Checks the numbers and names among the options. */
function checkNumbers(options: TrainOptions): void {
  const { epochs, lossEvery = 1, evaluation, checkpoint, execution = "auto", compile = {}, seed = 0 } = options;
  const { patience, accumulate = 1, averaging } = options;
  checkName("train: execution", execution, executionNames);
  checkName("train: compile.device", compile.device ?? "auto", deviceNames);
  if (!((compile.memory ?? 0) >= 0))
    throw new RangeError(`train: compile.memory must be a number of bytes of at least 0; got ${compile.memory}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`train: seed must be a safe integer; got ${seed}`);
  if (averaging !== undefined) checkAveraging("train", averaging);
  const counts = {
    epochs,
    accumulate,
    lossEvery,
    patience: patience ?? 1,
    "evaluation.every": evaluation?.every ?? 1,
    "checkpoint.every": checkpoint?.every ?? 1,
    "compile.threads": compile.threads ?? 1,
    "compile.stepsPerCall": compile.stepsPerCall ?? 1,
  };
  for (const [name, value] of Object.entries(counts))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`train: ${name} must be an integer of at least 1; got ${shown(value)}`);
}
