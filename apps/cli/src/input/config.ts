import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { usageError } from "../errors";
import { withPathsFrom } from "./data-input";
import type { Unchecked } from "./unchecked";

/**
 * Fields of a run from a configuration file in YAML, which includes JSON. Relative paths in the file start from its own
 * folder; they are returned relative to `folder`.
 * @throws a usage error with the file's name, and the line if it is not YAML
 */
export async function readConfig(file: string, folder: string): Promise<Unchecked> {
  const path = resolve(folder, file);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw usageError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}); name a YAML or JSON file`);
  }
  const { parse, YAMLParseError } = await import("yaml");
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError) throw usageError(`${file}: ${error.message.trimEnd()}`);
    throw error;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw usageError(`${file}: must contain the fields of a run, such as "seed: 1"; got ${JSON.stringify(value)}`);
  return withPathsFrom(value as Unchecked, dirname(path), folder);
}
