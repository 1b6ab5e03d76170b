import type { NamedArray } from "../checkpoint/checkpoint";
import type { Execution } from "../executors/executor";
import type { Evaluation } from "./evaluation";
import type { EpochRecord } from "./progress";

/** Position of a run. */
interface Position {
  /** Number of updates done. */
  readonly step: number;
  /** The epoch under way, or just finished: from 1. */
  readonly epoch: number;
}

/** Start of the run: once, before anything else. */
export interface StartEvent extends Position {
  readonly type: "start";
  /** Updates in the whole run. */
  readonly steps: number;
  readonly epochs: number;
  readonly batchesPerEpoch: number;
}

/** How the run is computed: after `start`. */
export interface ExecutionEvent extends Execution {
  readonly type: "execution";
}

/** Continuation from a checkpoint: after `execution`. */
export interface ResumeEvent extends Position {
  readonly type: "resume";
}

/** One update. */
export interface StepEvent extends Position {
  readonly type: "step";
  readonly steps: number;
  readonly epochs: number;
  /** Loss read last (see `lossEvery`). */
  readonly loss: number;
  readonly rate: number;
  /** Speed since this call of `train` began, including the time for evaluations and checkpoints. */
  readonly stepsPerSecond: number;
  /** Expected time until the end of the run, at that speed. */
  readonly secondsLeft: number;
}

/** Evaluation on the evaluation source: before the `epoch` event. */
export interface EvaluateEvent extends Position, Evaluation {
  readonly type: "evaluate";
}

/** Access to the state of the training, while the listener of an event runs: until it returns, or its promise is resolved. */
export interface StateAccess {
  /**
   * Current weights, one entry for each of `model.trainableWeights`, in that order, named as in a saved model; rounded, if the
   * training has a quantizer. Fresh arrays.
   */
  weights(): Promise<readonly NamedArray[]>;
  /**
   * Gives the model the current weights and moving averages, so that it can predict or be saved. Without this call, its variables
   * change only at the end of the training. @throws TrainingError `DIVERGED` if a weight is not finite
   */
  updateModel(): Promise<void>;
  /** Sets the states of stateful layers to zero, as `model.resetStates()` does: the next batch begins new sequences. */
  resetStates(): Promise<void>;
}

/** End of an epoch. */
export interface EpochEvent extends EpochRecord, StateAccess {
  readonly type: "epoch";
  readonly epochs: number;
}

/** Checkpoint stored. */
export interface CheckpointEvent extends Position {
  readonly type: "checkpoint";
  readonly bytes: number;
}

/** End of the run, finished or interrupted: once, after everything else (not after an error). */
export interface EndEvent extends Position {
  readonly type: "end";
  readonly status: "done" | "interrupted";
  readonly seconds: number;
}

/** Event of a training, for progress bars and logs. */
export type TrainingEvent =
  | StartEvent
  | ExecutionEvent
  | ResumeEvent
  | StepEvent
  | EvaluateEvent
  | EpochEvent
  | CheckpointEvent
  | EndEvent;

/** Listener for events. The training waits for the promises of an asynchronous one. */
export type TrainingListener = ((event: TrainingEvent) => void) | ((event: TrainingEvent) => Promise<void>);
