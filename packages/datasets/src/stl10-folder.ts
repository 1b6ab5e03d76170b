import { basename, join, resolve } from "node:path";
import { STL10 } from "./archive";
import { archiveName, readArchive } from "./archive-file";
import { type DataFile, readDataFile } from "./data-file";
import type { Dataset } from "./dataset";
import { DatasetError } from "./error";
import { list } from "./file-errors";
import { stl10Dataset } from "./stl10";

const NAMES = STL10.files.map(({ path }) => basename(path));
const INNER = "stl10_binary";

/** Whether a folder with these names in it is one for `readStl10Folder`. */
export const isStl10Folder = (names: readonly string[]): boolean =>
  names.some((name) => NAMES.includes(name.replace(/\.gz$/, "")) || name === archiveName(STL10) || name === INNER);

/**
 * The labelled part of STL-10 in a folder of its files `train_X.bin`, `train_y.bin`, `test_X.bin`, `test_y.bin`, plain or
 * gzip; or of its archive, `stl10_binary.tar.gz`; or of a folder `stl10_binary` of these files.
 * @throws DatasetError if files are absent, damaged, or not what they must be
 */
export async function readStl10Folder(dir: string, options: { readonly name?: string } = {}): Promise<Dataset> {
  const { name = basename(resolve(dir)) } = options;
  const [trainX, trainY, testX, testY] = await locate(dir);
  return stl10Dataset(name, [trainX!, trainY!, testX!, testY!]);
}

async function locate(dir: string): Promise<DataFile[]> {
  const names = await list(dir, "STL-10's files");
  const loose = NAMES.map((name) => [name, `${name}.gz`].find((candidate) => names.includes(candidate)));
  if (loose.every((name) => name === undefined)) {
    if (names.includes(archiveName(STL10))) return readArchive(dir, STL10);
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
