import type { EngineReport } from "@weightcast/backend";
import type { ModelAccount } from "@weightcast/core";
import type { Execution } from "@weightcast/training";
import type { RunSpec } from "./spec";

/** What one layer of a network learns and holds, whether it is predicted or not; counts of weights, without biases. */
export interface LayerCosts {
  readonly layer: string;
  /** Rows and columns of the grid that its dictionary would be over. */
  readonly kernel: readonly [number, number];
  readonly channels: number;
  /** Filters, or units. */
  readonly filters: number;
  /** Of the dense layer. */
  readonly dense: number;
  readonly dynamic: number;
  readonly static: number;
  readonly stored: number;
}

/** One first-layer filter, for pictures: in whole levels from −127 to 127, 127 being the largest magnitude in it. */
export interface FilterPicture {
  /** The learned coordinates: index into the input, and level of its coefficient. Absent where these aren't pixels. */
  readonly learned?: readonly { readonly index: number; readonly level: number }[];
  /** The whole filter, a column of W = UV: prod(domain) levels, row-major. */
  readonly predicted: readonly number[];
}

/** What a run measured. */
export interface RunResult {
  /** Share of the test images classified wrongly after the last epoch, in [0, 1]. */
  readonly testError: number;
  readonly testLoss: number;
  /** Mean training loss of the last epoch. */
  readonly trainLoss: number;
  readonly history: readonly { readonly epoch: number; readonly loss: number; readonly testError: number }[];
  /** Wall seconds of training, dictionaries and evaluation included. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly account: ModelAccount;
  /** Bytes of the saved model. */
  readonly bytes: number;
  /** The layers of a network that can be predicted, from the input on; absent of hidden layers. */
  readonly layers?: readonly LayerCosts[];
  /** Shape of the grid that the filters are on: the images, or [rows, columns, channels] of a kernel. */
  readonly domain: readonly number[];
  readonly filters: readonly FilterPicture[];
}

/** A finished run: one line of a record file. */
export interface RunRecord {
  /** `identityOf` the run. */
  readonly id: string;
  readonly spec: RunSpec;
  readonly engine: EngineReport;
  /** How the steps were computed; absent in records from before there was a choice: eagerly. */
  readonly execution?: Execution;
  readonly result: RunResult;
  /** When it ended, ISO 8601. */
  readonly finished: string;
}
