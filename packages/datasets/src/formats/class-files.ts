import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../error";
import { unreadable } from "../files/file-errors";
import { type Entry, listEntries } from "../files/paths";
import { isSystemFile } from "../files/system-files";

/**
 * All files in a class's folder and the folders within, except those of systems (see {@link isSystemFile}), in the order of
 * torchvision's `ImageFolder`: folder by folder, the folders sorted by their paths and the files by their names, both by code
 * point. Links are followed.
 * @throws DatasetError if a folder cannot be read, or a link leads back to a folder that contains it
 */
export async function filesBelow(dir: string): Promise<string[]> {
  const folders = await foldersBelow(dir, []);
  return sorted(folders, ({ path }) => path).flatMap(({ path, files }) =>
    files.map((name) => join(dir, ...path.split("/"), name)),
  );
}

/** Folder below a class's folder. */
interface Folder {
  /** Path relative to the class's folder, with "/"; "" for that folder itself. */
  readonly path: string;
  /** Names of its files, sorted. */
  readonly files: readonly string[];
}

/** @param above real paths of the folders that contain this one, from the class's folder on */
async function foldersBelow(dir: string, above: readonly string[], path = ""): Promise<Folder[]> {
  const real = await realpath(dir).catch((error: unknown) => {
    throw unreadable(dir, error);
  });
  if (above.includes(real))
    throw new DatasetError("unreadable", {
      file: dir,
      rule: "be a folder of images",
      found: "a link to a folder that contains it",
      advice: "remove the link",
    });
  const entries = (await listEntries(dir, "images")).filter(({ name }) => !isSystemFile(name));
  const names = (isFolder: boolean) => entries.filter((entry: Entry) => entry.isFolder === isFolder);
  const folders: Folder[] = [{ path, files: names(false).map(({ name }) => name) }];
  for (const { name } of names(true))
    folders.push(...(await foldersBelow(join(dir, name), [...above, real], path === "" ? name : `${path}/${name}`)));
  return folders;
}

const sorted = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  items
    .map((item) => ({ item, bytes: Buffer.from(key(item)) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ item }) => item);
