import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isInClass, isTimitFile } from "@weightcast/datasets/node";
import { InterruptedError } from "../interrupted";
import type { RunSpec } from "../spec";
import { codeFiles } from "./code-files";

/**
 * Digest of a run's inputs from outside: SHA-256 of the files in its data folder or of its table, of all code of each package it uses
 * (see {@link codeFiles}), names included, of the model file it starts from, and of that of its teacher; "" for a run without any. Files that are absent or can't be read are reported by
 * the code that needs them.
 * @param folder folder that relative paths start from
 * @throws InterruptedError once the signal is aborted
 */
export async function inputDigest(
  { use, data, from, teacher }: Pick<RunSpec, "use" | "data" | "from" | "teacher">,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  if (use.length === 0 && (data.folder ?? data.table ?? from ?? teacher?.from) === undefined) return "";
  const hash = createHash("sha256");
  for (const { name, file } of [
    ...(await filesOf(data.folder, folder)),
    ...(data.table === undefined ? [] : [{ name: "table", file: resolve(folder, data.table) }]),
    ...(await Promise.all(use.map((source) => codeFiles(source, folder)))).flat(),
    // Named by what it is for: a data file with the same bytes is another input.
    ...(from === undefined ? [] : [{ name: "from", file: resolve(folder, from) }]),
    ...(teacher?.from === undefined ? [] : [{ name: "teacher", file: resolve(folder, teacher.from) }]),
  ]) {
    if (name !== undefined) hash.update(`${name}\0`);
    await addTo(hash, file, signal);
    hash.update("\0");
  }
  return hash.digest("hex");
}

interface InputFile {
  readonly file: string;
  /** Name, if it matters too: a folder of images names their class. */
  readonly name?: string;
}

async function addTo(hash: Hash, file: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    for await (const chunk of createReadStream(file)) {
      if (signal?.aborted) throw new InterruptedError();
      hash.update(chunk);
    }
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    hash.update("absent");
  }
}

/**
 * Data files of a folder: its IDX files if there are any, otherwise binaries, images and TIMIT's speech, also in folders and behind links. All
 * files of a class count as images: their contents decide, not their names.
 */
async function filesOf(data: string | undefined, folder: string): Promise<InputFile[]> {
  if (data === undefined) return [];
  const path = resolve(folder, data);
  const names = (await namesIn(path)).sort();
  const idx = names.filter((name) => /^[^/]*ubyte[^/]*$/.test(name));
  if (idx.length > 0) return idx.map((name) => ({ file: join(path, name) }));
  return names
    .filter((name) => /\.(bin|gz|tgz|tar|png|jpe?g)$/i.test(name) || isInClass(name) || isTimitFile(name))
    .map((name) => ({ file: join(path, name), name }));
}

/**
 * Paths of the files below a folder, relative to it. Links are followed, as the readers of images do.
 * @param above real paths of the folders that contain it: a link to one of them would be endless
 */
async function namesIn(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (above.includes(real)) return [];
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    // A broken link is an absent file.
    const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (found?.isDirectory())
      names.push(...(await namesIn(path, [...above, real])).map((name) => `${entry.name}/${name}`));
    else if (found === undefined || found.isFile()) names.push(entry.name);
  }
  return names;
}
