import type { EngineReport } from "@weightcast/backend";
import type { Execution } from "@weightcast/training";
import type { FitProgress } from "./build";
import type { DownloadProgress } from "./data";
import type { PretrainingEpoch } from "./pretraining";
import type { RunRecord } from "./record";

/**
 * What happens in a run, in order: download where its images are not here yet, start, fit, dictionary and pretraining…, execution, then steps and epochs, then end; or
 * only skip. `label` is `nameOf` the run.
 */
export type RunEvent = {
  readonly id: string;
  readonly label: string;
} /** Images on their way: bytes so far, of all where that is known. */ & (
  | ({ readonly type: "download" } & DownloadProgress)
  | { readonly type: "start"; readonly engine: EngineReport; readonly epochs: number; readonly stepsPerEpoch: number }
  | { readonly type: "dictionary"; readonly layer: number; readonly name: string; readonly seconds: number }
  /** A dictionary that is learned: `done` of `of` rounds, and the loss. */
  | ({ readonly type: "fit" } & FitProgress)
  /** An epoch of a hidden layer's pre-training ended; its loss is the mean reconstruction error. */
  | ({ readonly type: "pretraining" } & PretrainingEpoch)
  /** What computes the steps. */
  | { readonly type: "execution"; readonly execution: Execution }
  /** Taken up from a checkpoint at this step. */
  | { readonly type: "resume"; readonly step: number }
  | {
      readonly type: "step";
      readonly epoch: number;
      readonly epochs: number;
      /** Steps done, of all `steps` of the run. */
      readonly step: number;
      readonly steps: number;
      /** Running mean of the epoch's training loss. */
      readonly loss: number;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly testError: number;
    }
  | { readonly type: "checkpoint"; readonly step: number }
  /** Found in the record; not run again. */
  | { readonly type: "skip"; readonly record: RunRecord }
  | { readonly type: "end"; readonly record: RunRecord }
);
