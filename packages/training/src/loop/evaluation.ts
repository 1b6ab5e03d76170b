import type { Metrics } from "../tasks/task";

/** Evaluation: how well a model does on a source. */
export interface Evaluation {
  /**
   * Share of examples whose largest output is not that of their label, in [0, 1]; an example with a NaN among its
   * outputs counts as wrong. NaN if the task has no classes, as a regression or an autoencoder.
   */
  readonly error: number;
  /** Mean loss over the examples. */
  readonly loss: number;
  /** Number of examples. */
  readonly count: number;
  /** Number of the misclassified examples of each class, if the task has classes. */
  readonly wrongByClass?: readonly number[];
  /** Metrics of the task; absent for a loss of your own. */
  readonly metrics?: Metrics;
}
