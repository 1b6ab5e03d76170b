import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { entryOf } from "./dictionaries";
import type { RunSpec } from "./spec";

/**
 * What a run takes from outside: the SHA-256 of its data folder's files and of the entry file of each package it uses;
 * "" for a run that takes nothing. Files that are absent or can't be read are left to those who need them.
 * @param folder what relative paths are relative to
 */
export async function outsideOf({ use, data }: RunSpec, folder: string): Promise<string> {
  if (use.length === 0 && data.folder === undefined) return "";
  const hash = createHash("sha256");
  for (const file of [...(await filesOf(data.folder, folder)), ...use.flatMap((from) => entryFile(from, folder))]) {
    hash.update(await readFile(file).catch(() => "absent"));
    hash.update("\0");
  }
  return hash.digest("hex");
}

async function filesOf(data: string | undefined, folder: string): Promise<string[]> {
  if (data === undefined) return [];
  const path = resolve(folder, data);
  const names = await readdir(path).catch(() => []);
  return names
    .filter((name) => /ubyte/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function entryFile(from: string, folder: string): string[] {
  try {
    return [fileURLToPath(entryOf(from, folder))];
  } catch {
    return [];
  }
}
