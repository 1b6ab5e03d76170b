import type { EngineReport } from "@weightcast/backend";
import type { Unused } from "@weightcast/datasets";
import type { LockHolder } from "@weightcast/disk";
import type { Execution } from "@weightcast/training";
import type { DictionaryMade, FitProgress } from "../build/build";
import type { DownloadProgress } from "../build/data";
import type { RunRecord } from "../record/record";
import type { ErrorKind, ErrorName } from "../spec/error-name";
import type { PretrainingEpoch } from "./pretraining";

/**
 * Events of a run, in order: download if its images are not in the cache yet, unused if its folder holds more than images, start,
 * fit, dictionary and pretraining for each layer, execution, then steps and epochs, then end or fail; or only skip, perhaps after
 * wait. Again comes before all of them. `label` is `nameOf` the run.
 */
export type RunEvent = {
  readonly id: string;
  readonly label: string;
} /** Images are being downloaded: bytes so far, and in all if that is known. */ & (
  | ({ readonly type: "download" } & DownloadProgress)
  /** What is in the folder of images but not used. */
  | { readonly type: "unused"; readonly unused: readonly Unused[] }
  | { readonly type: "start"; readonly engine: EngineReport; readonly epochs: number; readonly stepsPerEpoch: number }
  | ({ readonly type: "dictionary" } & DictionaryMade)
  /** A learned dictionary is being fitted: `done` of `of` rounds, and the loss. */
  | ({ readonly type: "fit" } & FitProgress)
  /** An epoch of a layer's pre-training ended; its loss is the mean reconstruction error. */
  | ({ readonly type: "pretraining" } & PretrainingEpoch)
  /** How the steps are computed. */
  | { readonly type: "execution"; readonly execution: Execution }
  /** The run continues from a checkpoint at this step, so far computed with these numbers of threads. */
  | { readonly type: "resume"; readonly step: number; readonly threads?: readonly number[] }
  | {
      readonly type: "step";
      readonly epoch: number;
      readonly epochs: number;
      /** Steps done, of `steps` in the whole run. */
      readonly step: number;
      readonly steps: number;
      /** Running mean of the epoch's training loss. */
      readonly loss: number;
      /** Learning rate. */
      readonly rate: number;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      /** Score of the run so far: see `Summary`. */
      readonly score: number;
      readonly kind: ErrorKind;
      readonly errorName: ErrorName;
    }
  | { readonly type: "checkpoint"; readonly step: number }
  /** Something that does not affect the run, in a sentence: its event files could not be written. */
  | { readonly type: "note"; readonly message: string }
  /** Another process is doing the run; its result is waited for, after all other runs. */
  | { readonly type: "wait"; readonly holder?: LockHolder }
  /** The run failed by a fault of its own, as when it diverged; `finished` if that was an earlier time, by the record. */
  | { readonly type: "fail"; readonly message: string; readonly finished?: string }
  /** The run is in the record, but its network is not kept in a file, and is asked for: it is trained again. */
  | { readonly type: "again" }
  /** The run was found in the record and is not repeated. */
  | { readonly type: "skip"; readonly record: RunRecord }
  | { readonly type: "end"; readonly record: RunRecord }
);
