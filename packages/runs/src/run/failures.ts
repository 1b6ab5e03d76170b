/** Code of an error, if it has one. */
const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | undefined)?.code);

/** Whether a failure is a run's own and says nothing about the others. */
export const isOwnFault = (error: unknown): boolean => /^(DIVERGED|TEACHER_FAILED|CHECKPOINT_\w+)$/.test(codeOf(error));

/** Whether a failure is a result of the run's settings: it would fail in the same way again. */
export const isFinal = (error: unknown): boolean => codeOf(error) === "DIVERGED";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Error of one or several failed runs. */
export function failureOf(failures: readonly unknown[]): unknown {
  const general = failures.find((error) => !isOwnFault(error));
  if (general !== undefined) return general; // the other runs were stopped
  if (failures.length === 1) return failures[0];
  const text = `${failures.length} runs failed, the others are done:\n  ${failures.map(messageOf).join("\n  ")}`;
  return Object.assign(new Error(text), { code: "RUNS_FAILED" });
}
