import type { EngineChoice } from "@weightcast/backend/names";
import type { PixelOptions } from "@weightcast/datasets";
import type { CheckpointStorage, TrainingEvent } from "@weightcast/training";
import type { Fetching } from "../build/data";
import type { ExecutionChoice } from "../run/versions";
import type { RunSpec } from "../spec";
import type { FormOptions } from "./form-of";

/** Options of `adaptFile`. */
export interface AdaptFileOptions extends FormOptions {
  /** Layers that are adapted, by patterns of their paths in which `*` stands for any characters. @default all that can be */
  readonly layers?: readonly string[];
  /**
   * Whether the last layer is learned whole, for classes that mean something else. It is in any case if their number is another: the layer
   * is then a new one. @default false
   */
  readonly head?: boolean;
  /** Whether the biases of the adapted layers are learned, too. @default false */
  readonly biases?: boolean;
  /** Name of the adapter. @default "default" */
  readonly name?: string;
  readonly epochs: number;
  /** Learning rate of Adam at the start. @default by the form, `adapterForms` */
  readonly rate?: number;
  /** Examples in a batch. @default as the model was trained, or 100 */
  readonly batch?: number;
  /** Data to adapt the model to. @default those that it was trained with */
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
