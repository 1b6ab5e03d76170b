import type { Batch, BatchSource } from "./source";
import type { StateArrays } from "./state";

/** How the steps of a run are computed. */
export interface Execution {
  /** `compiled`: the step is one graph that ONNX Runtime runs; `eager`: TensorFlow.js runs operation by operation. */
  readonly execution: "compiled" | "eager";
  /** Of a compiled run: what runs the graph. */
  readonly runtime?: string;
  /** Of a compiled run: whether the first layer's fixed part (x U) is computed once for the whole source. */
  readonly prepared?: boolean;
  /** Of an eager run that was to be compiled if possible: why it is not. */
  readonly reason?: string;
}

/** What the network makes of a batch. */
export interface Answer {
  /** [count, …], row-major. */
  readonly outputs: Float32Array;
  /** Mean over the batch. */
  readonly loss: number;
}

/** What an update takes. */
export interface Part {
  /** Of the executor's `source`. */
  readonly batch: Batch;
  /** The values of `optimizer.scalars`. */
  readonly scalars: readonly number[];
  /** The random numbers that the plan's `noise` wants. */
  readonly noise: readonly Float32Array[];
  /** Whether the loss is to be read: that may wait for the engine. */
  readonly wanted: boolean;
}

/** Holds the state of a run, and computes with it. One call at a time. */
export interface Executor {
  readonly about: Execution;
  /** The run's source, or one that gives what this executor wants in its place. */
  readonly source: BatchSource;
  /** The same for the evaluation source. */
  readonly held?: BatchSource;
  /** Updates it is fastest with at a time, ≥ 1. */
  readonly group: number;
  load(state: StateArrays): void;
  state(): Promise<StateArrays>;
  /** Updates, one after the other. @returns the losses, where they are wanted */
  update(parts: readonly Part[]): Promise<readonly (number | undefined)[]>;
  /** The outputs on a batch of `held`, layers not behaving as in training. */
  answer(batch: Batch): Promise<Answer>;
  release(): Promise<void>;
}
