import type { AnyBatch, Source } from "../examples/examples";
import type { ExecutionName } from "../names";
import type { StateArrays } from "../step/state";

/** How the steps of a run are computed. */
export interface Execution {
  /** `compiled`: each step is one graph that ONNX Runtime runs; `eager`: TensorFlow.js runs it operation by operation. */
  readonly execution: Exclude<ExecutionName, "auto">;
  /** Name and version of the runtime of a compiled run. */
  readonly runtime?: string;
  /** `webgpu` if that runs the steps of a compiled run; missing if it is the processor. */
  readonly device?: "webgpu";
  /** Why a compiled run is on the processor although its runtime has a provider for WebGPU. */
  readonly deviceReason?: string;
  /** Whether a compiled run computes the fixed part of the first layer (x U) once for the whole source. */
  readonly prepared?: boolean;
  /** Reason why a run that was to be compiled if possible is eager. */
  readonly reason?: string;
}

/** Numbers that an update gives. */
export interface UpdateNumbers {
  readonly loss: number;
  /** Values of the task's `watch`. */
  readonly watched: readonly number[];
}

/** Answer of the network to a batch. */
export interface Answer {
  /** One array for each output, [count, …], row-major. */
  readonly outputs: readonly Float32Array[];
  /** Mean over the batch. */
  readonly loss: number;
  /** Values of the task's `watch`. */
  readonly watched: readonly number[];
}

/**
 * Answers to the batches of one evaluation. Stateful layers begin with the states of the training, keep them from batch to batch, and
 * leave those of the training as they were.
 */
export interface Answers {
  answer(batch: AnyBatch): Promise<Answer>;
  /** Frees what the evaluation holds. */
  close(): void;
}

/** Inputs of one batch's step. */
export interface UpdateInputs {
  /** Batch of the executor's `source`. */
  readonly batch: AnyBatch;
  /** Values of the plan's `scalars`. */
  readonly scalars: readonly number[];
  /** Random numbers, one array for each entry of the plan's `noise`. */
  readonly noise: readonly Float32Array[];
  /** Whether to read the loss and what the task watches, which may wait for the engine. */
  readonly readLoss: boolean;
}

/** Executor: holds the state of a run and computes with it. One call at a time. */
export interface Executor {
  readonly about: Execution;
  /** The run's source, or the prepared source that this executor takes its batches from instead. */
  readonly source: Source;
  /** The same for the evaluation source. */
  readonly evaluationSource?: Source;
  /** Number of batches per call at which it is fastest, ≥ 1. */
  readonly group: number;
  /** Replaces the state by one between two updates. */
  load(state: StateArrays): void;
  /** State between two updates. */
  state(): Promise<StateArrays>;
  /** Does the steps of batches, one after the other. @returns their numbers; undefined for those that were not to be read */
  update(updates: readonly UpdateInputs[]): Promise<readonly (UpdateNumbers | undefined)[]>;
  /** Evaluation with the current state, with layers behaving as outside training. Close it before the next update. */
  evaluation(): Answers;
  release(): Promise<void>;
}
