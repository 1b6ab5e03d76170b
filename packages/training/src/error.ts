import { shown } from "./arguments/shown";

/** Kind of error, for callers that branch on it. */
export type TrainingErrorCode = "DIVERGED" | "NOT_FINITE" | "CHECKPOINT_CORRUPT" | "CHECKPOINT_MISMATCH" | "NO_RUNTIME";

/** Error of this package with a `code` to branch on. Mistakes of the caller are `TypeError` and `RangeError`. */
export type TrainingError = Error & { readonly code: TrainingErrorCode };

/** Error with a code. */
export function trainingError(code: TrainingErrorCode, message: string): TrainingError {
  return Object.assign(new Error(message), { code });
}

/**
 * Refuses a value that is none of the allowed names.
 * @param option who takes it and what it is called, as in `train: execution`
 * @throws RangeError that lists the names
 */
export function checkName(option: string, value: unknown, names: readonly string[]): void {
  if (names.some((name) => name === value)) return;
  const quoted = names.map((name) => JSON.stringify(name));
  const list = `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
  throw new RangeError(`${option} must be ${list}; got ${shown(value)}`);
}
