/** What a task's error is called, and whether it is a share, which is shown in percent. */
export type ErrorKind = "error" | "RMSE";

/** Name of an error: of test examples, or of training examples kept out for validation; without either if runs were measured on both. */
export type ErrorName = ErrorKind | `${"test" | "validation"} ${ErrorKind}`;

/**
 * Name of the error that runs have, which depends on the examples that it was measured on.
 * @param kind `error` is the share of examples that are misclassified; `RMSE` the root of a regression's mean squared error
 */
export function errorNameOf(
  specs: readonly { readonly data: { readonly validation?: number | undefined } }[],
  kind: ErrorKind = "error",
): ErrorName {
  const validated = specs.filter(({ data }) => data.validation !== undefined).length;
  if (validated === 0) return `test ${kind}`;
  return validated === specs.length ? `validation ${kind}` : kind;
}

/** Error as text: a share in percent, 2.12%; an RMSE to four digits. */
export const errorValue = (value: number, kind: ErrorKind): string =>
  kind === "error" ? `${(100 * value).toFixed(2)}%` : `${Number(value.toPrecision(4))}`;

/** Errors as a run's result has them: a share of examples, or the metrics of a regression. */
interface Errors {
  readonly testError?: number;
  readonly metrics?: { readonly [name: string]: number };
}

/** Error by which runs are compared, the smaller the better: the share of misclassified examples, or a regression's RMSE in the target's units. */
export const scoreOf = ({ testError, metrics }: Errors): number => testError ?? metrics?.rmse ?? Number.NaN;

/** Kind of that error. */
export const kindOf = ({ testError }: Errors): ErrorKind => (testError === undefined ? "RMSE" : "error");
