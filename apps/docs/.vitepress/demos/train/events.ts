import type { Kind } from "./network";

/** What a page hears of a training. */
export type TrainEvent =
  | { readonly type: "step"; readonly step: number; readonly steps: number; readonly loss: number }
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly error: number;
      readonly loss: number;
      /** Of the epoch, without the test. */
      readonly seconds: number;
      readonly filters: Float32Array;
    };

/** What was opened. */
export interface Opened {
  readonly threads: number;
  /** Seconds in which x U of all images was computed, with everything else that never changes. */
  readonly seconds: number;
  /** Numbers that each kind of network learns, and filters of its first layer before training. */
  readonly networks: Readonly<Record<Kind, { readonly learned: number; readonly filters: Float32Array }>>;
}

/** How a training ended. */
export interface Trained {
  readonly status: "done" | "interrupted";
  /** Milliseconds from the call to the end of the first steps. */
  readonly firstStep: number;
}
