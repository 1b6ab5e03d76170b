// Command-line arguments of the benchmarks.

import { parseArgs } from "node:util";

/** Mistake in the command line; its message is shown to the user. */
export class UsageError extends Error {}

/**
 * Values of a command line's options, as text or flags.
 * @param names `{ text, flags }`: names of the options with a value, and of those without
 */
export function parseOptions(args, { text, flags }) {
  const options = Object.fromEntries([
    ...text.map((name) => [name, { type: "string" }]),
    ...flags.map((name) => [name, { type: "boolean" }]),
  ]);
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** Names in a comma-separated list, in the order of `all`. */
export function someOf(option, list, all) {
  const names = list.split(",");
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new UsageError(`${option} takes some of ${all.join(", ")}; got ${unknown}`);
  return all.filter((name) => names.includes(name));
}

/** Positive number. @param isValid `Number.isFinite`, or `Number.isSafeInteger` for integers */
export function positive(option, text, isValid) {
  const value = Number(text);
  if (!isValid(value) || value <= 0)
    throw new UsageError(
      `${option} takes a positive ${isValid === Number.isFinite ? "number" : "integer"}; got ${text}`,
    );
  return value;
}
