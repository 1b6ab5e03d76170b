/** Why something cannot be compiled; callers branch on `code` and fall back to eager. */
export interface CompileError extends Error {
  /**
   * - `UNKNOWN_KERNEL`: a TensorFlow.js kernel, or one of its options, has no counterpart here; `kernel` says which
   * - `IMPURE`: the function reads a tensor's values, or draws unseeded random numbers
   */
  readonly code: "UNKNOWN_KERNEL" | "IMPURE";
  readonly kernel?: string;
  /** The tf.layers layer whose call or gradient it was. */
  readonly layer?: string;
}

export function compileError(
  code: CompileError["code"],
  message: string,
  where: { readonly kernel?: string; readonly layer?: string } = {},
): CompileError {
  return Object.assign(new Error(message), { code, ...where });
}
