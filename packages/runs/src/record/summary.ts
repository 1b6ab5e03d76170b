import { type ErrorKind, kindOf, scoreOf } from "../spec";
import type { RunRecord, RunResult } from "./record";

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
  /** Error on the test examples, or on the validation examples if there are any, by which runs are compared; see `kind`. */
  readonly score: number;
  /** `error`: the score is a share, in [0, 1]; `RMSE`: it has the units of the target. */
  readonly kind: ErrorKind;
  /** All metrics of a regression. */
  readonly metrics?: RunResult["metrics"];
  /** Number of training examples that took the place of the test examples; absent if none did. */
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
  score: scoreOf(result),
  kind: kindOf(result),
  ...(result.metrics && { metrics: result.metrics }),
  ...(spec.data.validation !== undefined && { validation: spec.data.validation }),
  seconds: result.seconds,
});
