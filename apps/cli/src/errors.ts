import { inspect } from "node:util";
import { CommanderError } from "commander";

/** What the process's exit code says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An error of this program: the caller's mistake (exit code 2), or something that was asked for and failed (1). */
export type CliError = Error & { readonly code: "USAGE" | "FAILED" };

/** The command line or the configuration is wrong: exit code 2. */
export const usageError = (message: string): CliError => Object.assign(new Error(message), { code: "USAGE" as const });

/** A check found something: exit code 1. */
export const failure = (message: string): CliError => Object.assign(new Error(message), { code: "FAILED" as const });

/** Runs what checks a caller's input: the `RangeError` or `TypeError` it throws is a mistake of usage. */
export async function asUsage<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw usageError(error.message);
    throw error;
  }
}

/** The exit code that an error ends the process with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (hasCode(error, "INTERRUPTED")) return exitCodes.interrupted;
  return hasCode(error, "USAGE") ? exitCodes.usage : exitCodes.failed;
}

/** What is printed of an error: one message, or with `debug` its stack and causes. Nothing where it was printed already. */
export function messageOf(error: unknown, debug: boolean): string {
  if (error instanceof CommanderError) return "";
  if (debug) return `${inspect(error)}\n`;
  const text = error instanceof Error ? error.message : String(error);
  // An error without a code is one that nobody foresaw.
  const hint = error instanceof Error && "code" in error ? "" : "\n(add --debug for the stack)";
  return `error: ${text}${hint}\n`;
}

/** Whether something thrown has this code. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
