import type { EngineChoice } from "@weightcast/backend/names";
import type { PixelOptions } from "@weightcast/datasets";
import type { CheckpointStorage, TrainingEvent } from "@weightcast/training";
import type { Fetching } from "../build/data";
import type { ExecutionChoice } from "../run/versions";
import type { RunSpec } from "../spec";

/** Options of what trains a model from a file further, and writes the result. */
export interface TuneFileOptions {
  /** Data to work with. @default those that the model was trained with */
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
  readonly signal?: AbortSignal;
  readonly onDownload?: NonNullable<Fetching["onProgress"]>;
  readonly onEvent?: (event: TrainingEvent) => void;
}
