import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writtenOut } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import { withPathsFrom } from "./data-input";
import type { Unchecked } from "./unchecked";
import { parseYaml } from "./yaml";

/** Bytes that a configuration file may have; every field of a run takes a few kilobytes. */
const limit = 65_536;

/**
 * Fields of a run from a configuration file in YAML, which includes JSON, in UTF-8 or UTF-16; a file named .json or .jsonc
 * may have comments and trailing commas. Shorter forms are written out. Relative paths in the file start from its own folder; they
 * are returned relative to `folder`.
 * @throws a usage error with the file's name, and the line if it is not YAML
 */
export async function readConfig(file: string, folder: string): Promise<Unchecked> {
  const path = resolve(folder, file);
  return withPathsFrom(await configIn(await bytesOf(path, file), file), dirname(path), folder);
}

/**
 * Fields of a run in the content of a configuration file, as {@link readConfig} has them, with paths as they are written.
 * @param file its name, for messages
 */
export async function configIn(bytes: Uint8Array, file: string): Promise<Unchecked> {
  const text = decoded(bytes, file);
  const value = await parseYaml(/\.jsonc?$/i.test(file) ? await withoutComments(text) : text, file);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw usageError(
      `${file}: must contain the fields of a run, such as "seed: 1"; got ${JSON.stringify(value)?.slice(0, 80)}`,
    );
  return writtenOut(value as Unchecked);
}

/** JSON whose comments are spaces, so that every fault keeps its place. YAML itself has no comments of this form. */
async function withoutComments(text: string): Promise<string> {
  const { stripComments } = await import("jsonc-parser");
  return stripComments(text, " ");
}

/** Why a file can't be read, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EISDIR: "is a folder",
  EACCES: "may not be read by this user",
};

/** Content of a file; a pipe or a device, which may never end, is not opened. */
async function bytesOf(path: string, file: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory())
      throw usageError(`${file}: is a pipe or a device; name a YAML or JSON file`);
    if (found.isFile() && found.size > limit)
      throw usageError(
        `${file}: has ${found.size.toLocaleString("en")} bytes; a configuration has at most ${limit.toLocaleString("en")}`,
      );
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "USAGE") throw error;
    throw usageError(`${file}: ${reasons[code ?? ""] ?? `can't be read (${code})`}; name a YAML or JSON file`);
  }
}

/** Text of a file, whose encoding its first two bytes may tell. */
function decoded(bytes: Uint8Array, file: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  let text: string | undefined;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // not in this encoding
  }
  // A control character other than tab and line breaks is not allowed in YAML.
  if (text === undefined || /[^\P{Cc}\t\n\r\u0085]/u.test(text))
    throw usageError(`${file}: is not text in UTF-8 or UTF-16; name a YAML or JSON file`);
  return text;
}
