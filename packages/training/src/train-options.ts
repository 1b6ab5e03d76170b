import type { Runtime } from "@weightcast/compile";
import type { TrainingEvent } from "./events";
import type { Json } from "./json";
import type { Schedule } from "./schedule";
import type { BatchSource } from "./source";
import type { StepOptions } from "./step";
import type { CheckpointStorage } from "./storage";

/** Samples to measure the model on while it trains. */
export interface EvaluationOptions {
  readonly source: BatchSource;
  /** Epochs from one evaluation to the next, an integer ≥ 1; the last epoch always has one. @default 1 */
  readonly every?: number;
}

/** Where and when to store a run's state. */
export interface CheckpointOptions {
  readonly storage: CheckpointStorage;
  /** Updates from one checkpoint to the next, an integer ≥ 1. @default 1000 */
  readonly every?: number;
  /**
   * What the run is, in the caller's words: whatever decides its numbers and is not among the options compared anyway
   * (optimizer, weightDecay, maxColumnNorm, lossEvery, execution, the seed of dropout, and the source's sizes). The
   * model's and the source's seeds and the schedule belong here. @default null
   */
  readonly meta?: Json;
}

/** How steps are compiled. */
export interface TrainCompileOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. @default onnxruntime-node, where it is installed */
  readonly runtime?: Runtime;
  /** Threads of a step, an integer ≥ 1. @default the runtime's own choice: as many as there are cores */
  readonly threads?: number;
  /**
   * Updates in one call of the runtime, an integer ≥ 1: they are told, interrupted and stored together.
   * @default as many as take about a tenth of a second, at most 8
   */
  readonly stepsPerCall?: number;
  /**
   * Bytes that a source may take whose samples went through the first layer's fixed part (x U), which then is not
   * computed again; 0 for never. @default 1 GiB
   */
  readonly memory?: number;
}

/** How `train` trains. */
export interface TrainOptions extends StepOptions {
  /** Passes through the source, an integer ≥ 1. */
  readonly epochs: number;
  /** The learning rate of every update. */
  readonly schedule: Schedule;
  /**
   * The loss is read at the first batch of an epoch, at every so many after it, and at the last: reading waits for the
   * engine. An epoch's loss is the mean of what was read; 1 gives the mean over all its batches. @default 20
   */
  readonly lossEvery?: number;
  /** Decides the random numbers of dropout and noise layers: any safe integer. @default 0 */
  readonly seed?: number;
  readonly evaluation?: EvaluationOptions;
  /**
   * Early stopping: the run is done when the evaluation's loss was not smaller than its smallest for so many epochs in a
   * row, an integer ≥ 1. The weights are the last ones. Needs `evaluation`. @default none: all epochs
   */
  readonly patience?: number;
  readonly checkpoint?: CheckpointOptions;
  /**
   * `compiled`: every step is one graph that ONNX Runtime runs; `eager`: TensorFlow.js runs it operation by operation;
   * `auto`: compiled where there is a runtime and the model can be compiled, otherwise eager. The event `execution`
   * says which it is. @default "auto"
   */
  readonly execution?: "auto" | "compiled" | "eager";
  readonly compile?: TrainCompileOptions;
  /** Aborting it stops the run after the updates under way (see `compile.stepsPerCall`), with a checkpoint and status `interrupted`. */
  readonly signal?: AbortSignal;
  /** Hears what happens, synchronously; what it throws ends the run. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** @throws RangeError naming the option that is out of range */
export function checkOptions(options: TrainOptions): void {
  const { epochs, lossEvery = 1, evaluation, checkpoint, execution = "auto", compile = {}, seed = 0 } = options;
  const { patience } = options;
  if (patience !== undefined && !evaluation)
    throw new RangeError(
      `train: patience needs an evaluation, whose loss decides when to stop; got patience ${patience} without one`,
    );
  if (!["auto", "compiled", "eager"].includes(execution))
    throw new RangeError(`train: execution must be "auto", "compiled" or "eager"; got ${JSON.stringify(execution)}`);
  if (!((compile.memory ?? 0) >= 0))
    throw new RangeError(`train: compile.memory must be a number of bytes of at least 0; got ${compile.memory}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`train: seed must be a safe integer; got ${seed}`);
  const counts = {
    epochs,
    lossEvery,
    patience: patience ?? 1,
    "evaluation.every": evaluation?.every ?? 1,
    "checkpoint.every": checkpoint?.every ?? 1,
    "compile.threads": compile.threads ?? 1,
    "compile.stepsPerCall": compile.stepsPerCall ?? 1,
  };
  for (const [name, value] of Object.entries(counts))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`train: ${name} must be an integer of at least 1; got ${value}`);
}
