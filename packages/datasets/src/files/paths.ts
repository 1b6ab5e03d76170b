import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../error";
import { codeOf, inWords, readingAdvice, unreadable } from "./file-errors";

/**
 * Names in a folder.
 * @param kind what the folder must contain, completing "be a folder of …"
 * @throws DatasetError `absent` or `unreadable`
 */
export async function list(dir: string, kind: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = codeOf(error);
    const finding = { file: dir, rule: `be a folder of ${kind}`, advice: "put the data set's files there" };
    if (code === "ENOENT") throw new DatasetError("absent", { ...finding, found: "nothing there" }, error);
    const advice = readingAdvice(code, finding.advice);
    throw new DatasetError("unreadable", { ...finding, found: inWords(code), advice }, error);
  }
}

/** File or folder in a folder. */
export interface Entry {
  readonly name: string;
  /** Whether it is a folder, or a link to one. */
  readonly isFolder: boolean;
}

/**
 * Entries of a folder, sorted by code point, which is the order of their UTF-8 bytes. Links are followed; a broken one counts as
 * a file.
 * @throws DatasetError `absent` or `unreadable`, also of an entry
 */
export async function listEntries(dir: string, kind: string): Promise<Entry[]> {
  const entries = await Promise.all(
    (await list(dir, kind)).map(async (name) => {
      const status = await stat(join(dir, name)).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw unreadable(join(dir, name), error);
      });
      return { name, isFolder: status?.isDirectory() ?? false, bytes: Buffer.from(name) };
    }),
  );
  return entries.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ name, isFolder }) => ({ name, isFolder }));
}

/** Whether there is a file or folder at a path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Bytes of a file; 0 if there is none. */
export const fileSize = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
