import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { entryOf } from "./dictionaries";
import type { RunSpec } from "./spec";

/**
 * What a run takes from outside: the SHA-256 of its data folder's files and of the entry file of each package it uses;
 * "" for a run that takes nothing. Files that are absent or can't be read are left to those who need them.
 * @param folder what relative paths are relative to
 */
export async function outsideOf({ use, data }: Pick<RunSpec, "use" | "data">, folder: string): Promise<string> {
  if (use.length === 0 && data.folder === undefined) return "";
  const hash = createHash("sha256");
  for (const { name, file } of [
    ...(await filesOf(data.folder, folder)),
    ...use.flatMap((from) => entryFile(from, folder)),
  ]) {
    if (name !== undefined) hash.update(`${name}\0`);
    await addTo(hash, file);
    hash.update("\0");
  }
  return hash.digest("hex");
}

interface Taken {
  readonly file: string;
  /** Where the name decides something too: a folder of images names their class. */
  readonly name?: string;
}

async function addTo(hash: Hash, file: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch {
    hash.update("absent");
  }
}

/** The files that are data: IDX files where there are any, otherwise binaries and images, in folders too. */
async function filesOf(data: string | undefined, folder: string): Promise<Taken[]> {
  if (data === undefined) return [];
  const path = resolve(folder, data);
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const idx = names.filter((name) => /^[^/]*ubyte[^/]*$/.test(name));
  if (idx.length > 0) return idx.map((name) => ({ file: join(path, name) }));
  return names
    .filter((name) => /\.(bin|gz|tgz|tar|png|jpe?g)$/i.test(name))
    .map((name) => ({ file: join(path, name), name }));
}

function entryFile(from: string, folder: string): Taken[] {
  try {
    return [{ file: fileURLToPath(entryOf(from, folder)) }];
  } catch {
    return [];
  }
}
