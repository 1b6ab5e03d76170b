import type { Budget } from "@weightcast/convert";
import type { OfferedName } from "../spec";
import type { TuneFileOptions } from "../tune/options";

/** Options of `compressFile`. */
export interface CompressFileOptions extends TuneFileOptions {
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
  /** File for the sensitivity curves, so that the same command does not measure them again. */
  readonly curves: string;
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly of: number;
    readonly path: string;
  }) => void;
}
