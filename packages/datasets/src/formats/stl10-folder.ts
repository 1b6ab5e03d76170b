import { basename, join, resolve } from "node:path";
import { printable } from "@weightcast/types";
import { STL10 } from "../catalog/stl10";
import type { DataFile, Dataset } from "../dataset";
import { archiveName, readArchive } from "../download/archive-files";
import { DatasetError } from "../error";
import { readDataFile } from "../files/data-file";
import { list } from "../files/paths";
import { stl10Dataset } from "./stl10";

const { archive } = STL10.files;
const NAMES = archive.files.map(({ path }) => basename(path));
const INNER = "stl10_binary";

/** Whether a folder with these names in it is one for {@link readStl10Folder}. */
export const isStl10Folder = (names: readonly string[]): boolean =>
  names.some((name) => NAMES.includes(name.replace(/\.gz$/, "")) || name === archiveName(archive) || name === INNER);

/**
 * Reads the labeled part of STL-10 from a folder of its files `train_X.bin`, `train_y.bin`, `test_X.bin`, `test_y.bin`,
 * plain or gzip; or of its archive, `stl10_binary.tar.gz`; or with an inner folder `stl10_binary` of these files.
 * @throws DatasetError if files are absent, damaged, or not what they must be
 */
export async function readStl10Folder(dir: string, options: { readonly name?: string } = {}): Promise<Dataset> {
  const { name = printable(basename(resolve(dir))) } = options;
  return stl10Dataset(name, STL10.classNames, await locate(dir));
}

async function locate(dir: string): Promise<DataFile[]> {
  const names = await list(dir, "STL-10's files");
  const loose = NAMES.map((name) => [name, `${name}.gz`].find((candidate) => names.includes(candidate)));
  if (loose.every((name) => name === undefined)) {
    if (names.includes(archiveName(archive))) return readArchive(dir, archive);
    if (names.includes(INNER)) return locate(join(dir, INNER));
  }
  const missing = NAMES.filter((_, i) => loose[i] === undefined);
  if (missing.length > 0)
    throw new DatasetError("absent", {
      file: dir,
      rule: `hold ${missing.join(", ")} (plain or .gz)`,
      found: names.length === 0 ? "an empty folder" : "none of these",
      advice: "put the data set's files there",
    });
  const files: DataFile[] = [];
  for (const name of loose) files.push(await readDataFile(join(dir, name!)));
  return files;
}
