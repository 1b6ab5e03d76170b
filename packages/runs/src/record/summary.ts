import type { RunRecord } from "./record";

/** A run as one row of a table. */
export interface Summary {
  readonly method: string;
  /** Share of the predicted layers' weights that is learned, in (0, 1]; 1 if no layer is predicted. */
  readonly proportion: number;
  /** Learned weights of the layers that can be predicted, whether they are or not. Biases and the last layer do not count. */
  readonly dynamic: number;
  /** Fixed weights of these layers: all of U. */
  readonly static: number;
  /** The part of `static` that the model's file must hold. */
  readonly stored: number;
  /** Bytes of the model's file. */
  readonly bytes: number;
  /** Test error, in [0, 1]; of the validation images if there are any. */
  readonly testError: number;
  /** Number of training images that took the place of the test images; absent if none did. */
  readonly validation?: number;
  readonly seconds: number;
}

/** Summary of a run, for tables. */
export const summarize = ({ spec, result }: RunRecord): Summary => ({
  method: spec.label,
  proportion: result.account.proportion,
  dynamic: result.layers.reduce((sum, { dynamic }) => sum + dynamic, 0),
  static: result.account.static,
  stored: result.account.stored,
  bytes: result.bytes,
  testError: result.testError,
  ...(spec.data.validation !== undefined && { validation: spec.data.validation }),
  seconds: result.seconds,
});
