import type { Evaluation } from "@weightcast/training";
import { type ErrorKind, kindOf } from "../spec/error-name";
import type { RunErrors } from "./record";

/** Kind of the error of runs, which are of one task where they are compared. */
export const kindOfRuns = (records: readonly { readonly result: RunErrors }[]): ErrorKind =>
  records[0] ? kindOf(records[0].result) : "error";

/** Errors of an evaluation as results hold them. */
export const errorsIn = ({ error, metrics }: Pick<Evaluation, "error" | "metrics">): RunErrors =>
  metrics?.rmse === undefined ? { testError: error } : { metrics };
