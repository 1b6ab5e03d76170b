import { createHash } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { printable } from "@weightcast/types";
import type { Dataset } from "../dataset";
import { DatasetError } from "../error";
import { list } from "../files/paths";
import { type IdxDatasetOptions, type IdxFile, type IdxRole, idxDataset } from "./idx-dataset";
import { readIdxFile } from "./idx-file";

const FILES = [
  { role: "trainImages", stem: "train-images", axes: 3 },
  { role: "trainLabels", stem: "train-labels", axes: 1 },
  { role: "testImages", stem: "t10k-images", axes: 3 },
  { role: "testLabels", stem: "t10k-labels", axes: 1 },
] as const;

/** Options of {@link readIdxFolder}. */
export interface IdxFolderOptions extends IdxDatasetOptions {
  /** @default the folder's name */
  readonly name?: string;
  /** SHA-256 of the decompressed files, in lower-case hexadecimal, to check them against. @default none */
  readonly sha256?: Readonly<Partial<Record<IdxRole, string>>>;
}

/**
 * Reads a folder of four IDX files, as MNIST, Fashion-MNIST and KMNIST are published: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`; also spelled
 * `train-images.idx3-ubyte` and so on; plain or gzip (`.gz`). If several spellings are present, the first in that
 * order is read. Either the whole data set or an error: never a part.
 * @throws DatasetError if a file is absent, damaged, or not what it must be; its `code` is the kind of fault
 * @throws RangeError unless `classes` is an integer in [1, 256]
 */
export async function readIdxFolder(dir: string, options: IdxFolderOptions = {}): Promise<Dataset> {
  const { name = printable(basename(resolve(dir))), classes, sha256 = {} } = options;
  const found = await locate(dir);
  const files: Partial<Record<IdxRole, IdxFile>> = {};
  // One after another: with several bad files, the error is always that of the first.
  for (const { role, axes } of FILES) {
    const where = found[role];
    const bytes = await readIdxFile(where, axes);
    if (sha256[role] !== undefined) checkSum(where, bytes, sha256[role]);
    files[role] = { where, bytes };
  }
  return idxDataset(files as Record<IdxRole, IdxFile>, { name, ...(classes === undefined ? {} : { classes }) });
}

/** Whether a folder with these names in it is one for {@link readIdxFolder}. */
export const isIdxFolder = (names: readonly string[]): boolean =>
  names.some((name) => /^(train|t10k)-(images|labels)[-.]idx\d-ubyte(\.gz)?$/.test(name));

async function locate(dir: string): Promise<Record<IdxRole, string>> {
  const names = new Set(await list(dir, "IDX files"));
  const found: Partial<Record<IdxRole, string>> = {};
  const absent: string[] = [];
  for (const { role, stem, axes } of FILES) {
    const name = ["", ".gz"]
      .flatMap((suffix) => ["-", "."].map((dot) => `${stem}${dot}idx${axes}-ubyte${suffix}`))
      .find((candidate) => names.has(candidate));
    if (name === undefined) absent.push(`${stem}-idx${axes}-ubyte`);
    else found[role] = join(dir, name);
  }
  if (absent.length > 0)
    throw new DatasetError("absent", {
      file: dir,
      rule: `hold ${absent.join(", ")} (plain or .gz, also spelled like train-images.idx3-ubyte)`,
      found: names.size === 0 ? "an empty folder" : `none of ${absent.length === 1 ? "its spellings" : "these"}`,
      advice: "put the data set's four files into it",
    });
  return found as Record<IdxRole, string>;
}

function checkSum(file: string, bytes: Uint8Array, expected: string): void {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== expected)
    throw new DatasetError("checksum", {
      file,
      rule: `have the SHA-256 ${expected}`,
      found,
      advice: "its bytes are not the published ones: fetch it again",
    });
}
