import type { EngineReport } from "@weightcast/backend";
import type { ModelAccount } from "@weightcast/core";
import type { Execution, Metrics } from "@weightcast/training";
import type { RunSpec } from "../spec";

/** Costs of one layer of a network that can be predicted, whether it is or not: counts of weights, without biases. */
export interface LayerCosts {
  readonly layer: string;
  /** Grid that its dictionary is over, or would be: [8, 8] of a kernel, [28, 28] of an image, [500] of units. */
  readonly kernel: readonly number[];
  /** Channels that share the dictionary. */
  readonly channels: number;
  /** Filters, or units. */
  readonly filters: number;
  /** Weights of the dense layer. */
  readonly dense: number;
  /** Learned weights. */
  readonly dynamic: number;
  /** Fixed weights: U. */
  readonly static: number;
  /** The part of `static` that a model file must hold. */
  readonly stored: number;
}

/** Picture of a first-layer filter, in integer levels from −127 to 127; 127 is its largest magnitude. */
export interface FilterPicture {
  /** Learned coordinates: index into the input, and level of its coefficient. Absent if they are not pixels. */
  readonly learned?: readonly { readonly index: number; readonly level: number }[];
  /** The whole filter, a column of W = UV: prod(domain) levels, row-major. */
  readonly predicted: readonly number[];
}

/** Errors of a class. */
export interface ClassErrors {
  /** Name of the class, or its label as a number. */
  readonly name: string;
  /** Number of its test images. */
  readonly count: number;
  /** Number of them that are misclassified after the last epoch. */
  readonly wrong: number;
}

/** Errors on the test examples, as the run's task measures them. */
export interface RunErrors {
  /** Of a classification: the share of examples that are misclassified, in [0, 1]. */
  readonly testError?: number;
  /** Of a regression: `mae` and `rmse`, in the units of the target, and `r2`. */
  readonly metrics?: Metrics;
}

/** Results of a run; its errors are those after the last epoch. */
export interface RunResult extends RunErrors {
  readonly testLoss: number;
  /** Mean training loss of the last epoch. */
  readonly trainLoss: number;
  readonly history: readonly (RunErrors & { readonly epoch: number; readonly loss: number })[];
  /** Errors by class, in the order of the labels; absent in records from before they were counted. */
  readonly classErrors?: readonly ClassErrors[];
  /** What the examples are called, if they are neither images nor rows: "frames" of speech. */
  readonly examples?: string;
  /** Wall seconds of training, dictionaries and evaluation included. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly account: ModelAccount;
  /** Bytes of the saved model. */
  readonly bytes: number;
  /** Layers that can be predicted, from the input on. */
  readonly layers: readonly LayerCosts[];
  /** Grid that the filters are on: the shape of the images, or [rows, columns, channels] of a kernel. */
  readonly domain: readonly number[];
  readonly filters: readonly FilterPicture[];
}

/** Record of a finished run: one line of a record file. */
export interface RunRecord {
  /** Identity of the run: `identityOf` its specification. */
  readonly id: string;
  readonly spec: RunSpec;
  readonly engine: EngineReport;
  /** How the steps were computed; absent in records from before there was a choice, when they were eager. */
  readonly execution?: Execution;
  /**
   * Threads of the compiled steps, on which their last digits depend: one number, or one after the other if the run was resumed
   * with another. Absent in earlier records, and if the steps were eager.
   */
  readonly threads?: readonly number[];
  readonly result: RunResult;
  /** Time when it ended, ISO 8601. */
  readonly finished: string;
}

/** Failure of a run by a fault of its own, as when it diverged: one line of a record file, in place of a result. The run is not done. */
export interface RunFailure extends Pick<RunRecord, "id" | "spec" | "engine" | "finished"> {
  readonly failure: {
    /** Kind of failure, as `DIVERGED`. */
    readonly code: string;
    readonly message: string;
  };
}

/** Removal of a run: one line. What stands above it about the run no longer counts; the run is not done. */
export interface RunRemoval {
  readonly id: string;
  /** Time of the removal, ISO 8601. */
  readonly removed: string;
}

/** Tags of a run: one line, in place of the tags above it. */
export interface RunTags {
  readonly id: string;
  /** Each once, in the order in which they were added. */
  readonly tags: readonly string[];
  /** Time of the change, ISO 8601. */
  readonly tagged: string;
}

/** Line of a record file: an end of a run, or a fact that was added later. */
export type RecordEntry = RunRecord | RunFailure | RunRemoval | RunTags;
