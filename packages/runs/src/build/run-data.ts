import type { Unused } from "@weightcast/datasets";
import type { ModelNotes } from "@weightcast/files";
import type { ExampleSource, Task } from "@weightcast/training";
import type { BatchSource, Matrix } from "@weightcast/types";

/** Data of a run as its network takes them: images, rows of a table, or frames of speech. */
export interface RunData {
  readonly name: string;
  /** Shape of one example: [28, 28] of an image, [inputs] of a row, [11, 40] of frames. */
  readonly shape: readonly number[];
  /** Outputs of a network: one for each class, or one number. */
  readonly classes: number;
  /** Training examples. */
  readonly train: number;
  /** What the examples are called, if they are neither images nor rows. */
  readonly examples?: "frames";
  /** What the network is trained for. */
  readonly task: Task;
  /** What a model file says about inputs and outputs. */
  readonly notes: Omit<ModelNotes, "origin">;
  /** Class numbers of the test examples, if they have any. */
  readonly testLabels?: ArrayLike<number>;
  /** What is in the folder of the data and not used. */
  readonly unused?: readonly Unused[];
  /** Some training examples as numbers, a uniform choice, the same at every call. @param count at most that many */
  samples(count: number): Iterable<Matrix>;
  /** Training and test examples of the run. */
  sources(): { readonly examples: RunSource; readonly tests: RunSource };
}

/** Source of a run's examples. */
export type RunSource = BatchSource | ExampleSource;
