import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
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

/** The files that are data: IDX files where there are any, otherwise binaries and images, in folders too, linked ones among them. */
async function filesOf(data: string | undefined, folder: string): Promise<Taken[]> {
  if (data === undefined) return [];
  const path = resolve(folder, data);
  const names = (await namesIn(path)).sort();
  const idx = names.filter((name) => /^[^/]*ubyte[^/]*$/.test(name));
  if (idx.length > 0) return idx.map((name) => ({ file: join(path, name) }));
  return names
    .filter((name) => /\.(bin|gz|tgz|tar|png|jpe?g)$/i.test(name))
    .map((name) => ({ file: join(path, name), name }));
}

/**
 * The paths of the files below a folder, from it on. Links are followed, as those who read the images do.
 * @param above the real paths of the folders that hold it: a link to one of them would go round for ever
 */
async function namesIn(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (above.includes(real)) return [];
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    // A link that leads nowhere is a file that is absent.
    const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (found?.isDirectory())
      names.push(...(await namesIn(path, [...above, real])).map((name) => `${entry.name}/${name}`));
    else if (found === undefined || found.isFile()) names.push(entry.name);
  }
  return names;
}

function entryFile(from: string, folder: string): Taken[] {
  try {
    return [{ file: fileURLToPath(entryOf(from, folder)) }];
  } catch {
    return [];
  }
}
