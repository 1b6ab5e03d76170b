/** What went wrong, for callers that branch on it. */
export type TrainingErrorCode = "DIVERGED" | "CHECKPOINT_CORRUPT" | "CHECKPOINT_MISMATCH" | "NO_RUNTIME";

/** An error of this package with a `code` to branch on. Mistakes of the caller are `TypeError` and `RangeError`. */
export type TrainingError = Error & { readonly code: TrainingErrorCode };

/** An error with a code. */
export function trainingError(code: TrainingErrorCode, message: string): TrainingError {
  return Object.assign(new Error(message), { code });
}
