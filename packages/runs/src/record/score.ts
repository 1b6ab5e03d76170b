import type { Evaluation } from "@weightcast/training";
import type { ErrorKind } from "../spec/error-name";
import type { RunResult } from "./record";

/** Errors as results and their histories hold them. */
type Measured = Pick<RunResult, "testError" | "metrics">;

/** Error by which runs are compared, the smaller the better: the share of misclassified examples, or a regression's RMSE in the target's units. */
export const scoreOf = ({ testError, metrics }: Measured): number => testError ?? metrics?.rmse ?? Number.NaN;

/** Kind of that error. */
export const kindOf = ({ testError }: Measured): ErrorKind => (testError === undefined ? "RMSE" : "error");

/** Kind of the error of runs, which are of one task where they are compared. */
export const kindOfRuns = (records: readonly { readonly result: Measured }[]): ErrorKind =>
  records[0] ? kindOf(records[0].result) : "error";

/** Errors of an evaluation as results hold them. */
export const errorsIn = ({
  error,
  metrics,
}: {
  readonly error: number;
  readonly metrics?: Evaluation["metrics"] | undefined;
}): Measured => (metrics?.rmse === undefined ? { testError: error } : { metrics });
