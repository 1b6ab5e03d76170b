import type { EngineChoice } from "@weightcast/backend/names";
import type { Budget } from "@weightcast/convert";
import type { PixelOptions } from "@weightcast/datasets";
import type { CheckpointStorage, TrainingEvent } from "@weightcast/training";
import type { Fetching } from "../build/data";
import type { ExecutionChoice } from "../run/versions";
import type { OfferedName, RunSpec } from "../spec";

/** Options of `compressFile`. */
export interface CompressFileOptions {
  readonly budget: Budget;
  /** Dictionaries on offer. */
  readonly dictionaries: readonly OfferedName[];
  /** Columns with their own atoms, where a layer's outputs can be divided so. */
  readonly columns: number;
  /** Layers that may change, by patterns of their paths in which `*` stands for any characters. @default all of at least 256 weights */
  readonly layers?: readonly string[];
  /** Examples that layers are fitted to; a quarter is held out to measure errors. */
  readonly samples: number;
  /** Epochs of training after the fit; 0 for none. */
  readonly epochs: number;
  /** Learning rate at their start. @default 1e-2, of Adam */
  readonly rate?: number;
  /** Part of the loss that is the distance to the original's outputs, in [0, 1]. */
  readonly distill: number;
  readonly seed: number;
  /** Images to work with. @default those that the network was trained with */
  readonly data?: RunSpec["data"];
  /** Training examples that are held out and take the place of the test examples, to choose settings by. @default none */
  readonly validation?: number;
  /** Conversion of bytes to inputs, for a model that does not say. @default to [0, 1] */
  readonly pixels?: PixelOptions;
  /** Whether the file is compressed by gzip. */
  readonly compress: boolean;
  readonly folder: string;
  readonly engine?: EngineChoice;
  /** How steps and tests are computed. @default "auto" */
  readonly execution?: ExecutionChoice;
  readonly threads?: number;
  /** Storage for the state of the training. */
  readonly storage: CheckpointStorage;
  /** File for the sensitivity curves, so that the same command does not measure them again. */
  readonly curves: string;
  readonly signal?: AbortSignal;
  readonly onDownload?: NonNullable<Fetching["onProgress"]>;
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly of: number;
    readonly path: string;
  }) => void;
  readonly onEvent?: (event: TrainingEvent) => void;
}
