import type { Evaluation } from "./evaluate";
import type { Execution } from "./executor";
import type { EpochRecord } from "./progress";

/** Where a run stands. */
interface Position {
  /** Updates done. */
  readonly step: number;
  /** The epoch under way, or just finished: from 1. */
  readonly epoch: number;
}

/** The run begins: once, before anything else. */
export interface StartEvent extends Position {
  readonly type: "start";
  /** Updates in the whole run. */
  readonly steps: number;
  readonly epochs: number;
  readonly batchesPerEpoch: number;
}

/** What computes the run: after `start`. */
export interface ExecutionEvent extends Execution {
  readonly type: "execution";
}

/** The run goes on from a checkpoint: after `execution`. */
export interface ResumeEvent extends Position {
  readonly type: "resume";
}

/** An update was done. */
export interface StepEvent extends Position {
  readonly type: "step";
  readonly steps: number;
  readonly epochs: number;
  /** The loss read last (see `lossEvery`). */
  readonly loss: number;
  readonly rate: number;
  /** Since this call of `train` began, evaluations and checkpoints included. */
  readonly stepsPerSecond: number;
  /** Expected until the end of the run, at that pace. */
  readonly secondsLeft: number;
}

/** The evaluation source was evaluated: before the `epoch` event. */
export interface EvaluateEvent extends Position, Evaluation {
  readonly type: "evaluate";
}

/** An epoch ended. */
export interface EpochEvent extends EpochRecord {
  readonly type: "epoch";
  readonly epochs: number;
}

/** A checkpoint was stored. */
export interface CheckpointEvent extends Position {
  readonly type: "checkpoint";
  readonly bytes: number;
}

/** The run ended, or was interrupted: once, after everything else (not after an error). */
export interface EndEvent extends Position {
  readonly type: "end";
  readonly status: "done" | "interrupted";
  readonly seconds: number;
}

/** What progress bars and logs hear of a training. */
export type TrainingEvent =
  | StartEvent
  | ExecutionEvent
  | ResumeEvent
  | StepEvent
  | EvaluateEvent
  | EpochEvent
  | CheckpointEvent
  | EndEvent;
