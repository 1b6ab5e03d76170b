import { inspect } from "node:util";
import { masked, printable } from "@weightcast/types";
import { CommanderError } from "commander";

/** Exit codes of the process. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Error of this program: a mistake of the caller (exit code 2), a failure of the work (1), or an interruption (130). */
export type CliError = Error & { readonly code: "USAGE" | "FAILED" | "INTERRUPTED" };

const coded =
  (code: CliError["code"]) =>
  (message: string): CliError =>
    Object.assign(new Error(message), { code });

/** Error for a wrong command line or configuration: exit code 2. */
export const usageError = coded("USAGE");

/** Error for a check that found a fault, or work without a result: exit code 1. */
export const failure = coded("FAILED");

/** Error for work that the user interrupted: exit code 130. */
export const interruption = coded("INTERRUPTED");

/** Result of a check of the caller's input, whose `RangeError` or `TypeError` becomes a usage error. */
export async function asUsage<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw usageError(error.message);
    throw error;
  }
}

/** Exit code of a process that ends with an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (hasCode(error, "INTERRUPTED")) return exitCodes.interrupted;
  return hasCode(error, "USAGE") ? exitCodes.usage : exitCodes.failed;
}

/** Text to print for an error: one message, or with `debug` its stack and causes. Empty if commander has printed it already. */
export function messageOf(error: unknown, debug: boolean): string {
  if (error instanceof CommanderError) return "";
  // What it quotes, such as the name of a file, may come from anywhere.
  const shown = (text: string) => printable(masked(text), "\n\t");
  if (debug) return `${shown(inspect(error))}\n`;
  const text = shown(error instanceof Error ? error.message : String(error));
  // An error without a code is one that this program does not expect.
  const hint = error instanceof Error && "code" in error ? "" : "\n(add --debug for the stack)";
  return `error: ${text}${hint}\n`;
}

/** Whether a thrown value is an error with this code. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
