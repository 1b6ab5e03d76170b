import type * as tfl from "@tensorflow/tfjs-layers";
import type { Noise } from "./noise";
import type { BatchSource } from "./source";
import type { Step } from "./step";
import type { TrainOptions } from "./train-options";

/** What is to be done in a run. */
export interface Plan {
  readonly model: tfl.LayersModel;
  readonly source: BatchSource;
  readonly options: TrainOptions;
  readonly step: Step;
  /** The random numbers that a step wants. */
  readonly noise: readonly Noise[];
  /** Updates in the whole run. */
  readonly steps: number;
}
