import { basename, join, resolve } from "node:path";
import { printable } from "@weightcast/types";
import { CIFAR10, CIFAR10_FORMAT } from "../catalog/cifar10";
import { CIFAR100, CIFAR100_FORMATS } from "../catalog/cifar100";
import { checkInteger, type DataFile, type Dataset } from "../dataset";
import { archiveName, readArchive } from "../download/archive-files";
import { DatasetError } from "../error";
import { readDataFile } from "../files/data-file";
import { list } from "../files/paths";
import { type CifarFormat, cifarDataset, lastIsTest, recordLength } from "./cifar";

/** Record format of CIFAR's files: that of CIFAR-10 or that of CIFAR-100. */
export type CifarKind = "cifar10" | "cifar100";

/** Options of {@link readCifarFolder}. */
export interface CifarFolderOptions {
  /** @default the folder's name */
  readonly name?: string;
  /**
   * Record format.
   * @default the one whose record length divides all files; if both do, the one that the names suggest
   */
  readonly kind?: CifarKind;
  /** Which of CIFAR-100's two labels to read. @default "fine" */
  readonly labels?: "fine" | "coarse";
  /** Number of classes; labels lie in [0, classes). @default 10, 100 or 20 */
  readonly classes?: number;
}

/**
 * Reads a folder of CIFAR's binary files. In order of preference:
 *
 * - `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, all of them;
 * - every `train*.bin` and `test*.bin` (CIFAR-100's `train.bin` and `test.bin`, subsets such as `train_10000.bin`),
 *   each in natural order;
 * - the archive itself, `cifar-10-binary.tar.gz` or `cifar-100-binary.tar.gz`, without writing its files to the disk;
 * - the same in an inner folder `cifar-10-batches-bin` or `cifar-100-binary`.
 *
 * Files are plain or gzip (`.gz`). Images are [32, 32, 3], channels last.
 * @throws DatasetError if files are absent, damaged, or not what they must be
 * @throws RangeError if an option is invalid
 */
export async function readCifarFolder(dir: string, options: CifarFolderOptions = {}): Promise<Dataset> {
  const { name = printable(basename(resolve(dir))), kind, labels = "fine", classes } = options;
  if (kind !== undefined && kind !== "cifar10" && kind !== "cifar100")
    throw new RangeError(`readCifarFolder: kind must be "cifar10" or "cifar100"; got ${JSON.stringify(kind)}`);
  if (labels !== "fine" && labels !== "coarse")
    throw new RangeError(`readCifarFolder: labels must be "fine" or "coarse"; got ${JSON.stringify(labels)}`);
  if (classes !== undefined) checkInteger("readCifarFolder: classes", classes, 1, 256);
  const files = await locate(dir);
  const format = formatOf(kind ?? kindOf(files), labels);
  if (classes === undefined || classes === format.classes) return cifarDataset(name, format, files);
  // Another number of classes means other classes: their names are not known.
  const { labelBytes, labelAt } = format;
  return cifarDataset(name, { labelBytes, labelAt, classes }, files);
}

/** Whether a folder with these names in it is one for {@link readCifarFolder}. */
export const isCifarFolder = (names: readonly string[]): boolean =>
  names.some((name) => LOOSE.test(name) || PACKED.has(name) || INNER.has(name));

/** Loose files, but not STL-10's `train_X.bin`, `train_y.bin`, `test_X.bin` and `test_y.bin`. */
const LOOSE = /^(data_batch_|test_batch|train(?!_[Xy]\.)|test(?!_[Xy]\.)).*\.bin(\.gz)?$/;
const ARCHIVES = [CIFAR10, CIFAR100].map(({ files }) => files.archive);
const PACKED = new Map(ARCHIVES.map((archive) => [archiveName(archive), archive]));
const INNER = new Set(["cifar-10-batches-bin", "cifar-100-binary"]);
const OFFICIAL = CIFAR10.files.archive.files.map(({ path }) => basename(path));

const formatOf = (kind: CifarKind, labels: "fine" | "coarse"): CifarFormat =>
  kind === "cifar10" ? CIFAR10_FORMAT : CIFAR100_FORMATS[labels];

interface Files {
  readonly train: readonly DataFile[];
  readonly test: readonly DataFile[];
}

async function locate(dir: string): Promise<Files> {
  const names = await list(dir, "CIFAR files");
  const loose = names.filter(
    (name) => LOOSE.test(name) && !(name.endsWith(".gz") && names.includes(name.slice(0, -3))),
  );
  if (loose.length > 0) return readLoose(dir, loose);
  for (const [name, archive] of PACKED) if (names.includes(name)) return lastIsTest(await readArchive(dir, archive));
  const inner = names.find((name) => INNER.has(name));
  if (inner !== undefined) return locate(join(dir, inner));
  const found = names.length === 0 ? "an empty folder" : "none of these";
  throw absent(
    dir,
    `train*.bin and test*.bin, data_batch_1.bin … and test_batch.bin, or ${[...PACKED.keys()].join(", ")}`,
    found,
  );
}

async function readLoose(dir: string, names: readonly string[]): Promise<Files> {
  const chosen = names.some((name) => name.startsWith("data_batch_")) ? official(dir, names) : byPrefix(dir, names);
  const read = async (files: readonly string[]) => {
    const whole: DataFile[] = [];
    for (const name of files) whole.push(await readDataFile(join(dir, name)));
    return whole;
  };
  return { train: await read(chosen.train), test: await read(chosen.test) };
}

type Names = Readonly<Record<keyof Files, readonly string[]>>;

/** CIFAR-10's six files: all of them, so that an interrupted copy does not pass for the whole. */
function official(dir: string, names: readonly string[]): Names {
  const spelled = (file: string) => [file, `${file}.gz`].find((name) => names.includes(name));
  const missing = OFFICIAL.filter((file) => spelled(file) === undefined);
  if (missing.length > 0) throw absent(dir, missing.join(", "), "the other files of CIFAR-10 without");
  return lastIsTest(OFFICIAL.map((file) => spelled(file)!));
}

function byPrefix(dir: string, names: readonly string[]): Names {
  const natural = new Intl.Collator("en", { numeric: true });
  const begin = (prefix: string) => {
    const found = names.filter((name) => name.startsWith(prefix)).sort(natural.compare);
    if (found.length === 0) throw absent(dir, `${prefix}*.bin`, `only ${names.join(", ")}`);
    return found;
  };
  return { train: begin("train"), test: begin("test") };
}

function kindOf({ train, test }: Files): CifarKind {
  const files = [...train, ...test];
  const named100 = files.every(({ where }) => /^(train|test)\.bin(\.gz)?$/.test(basename(where)));
  const order = named100 ? (["cifar100", "cifar10"] as const) : (["cifar10", "cifar100"] as const);
  const fits = (kind: CifarKind) =>
    files.every(({ bytes }) => bytes.length % recordLength(formatOf(kind, "fine")) === 0);
  return order.find(fits) ?? order[0];
}

const absent = (file: string, rule: string, found: string) =>
  new DatasetError("absent", {
    file,
    rule: `hold ${rule} (plain or .gz)`,
    found,
    advice: "put the data set's files there; name parts of it like train_1.bin and test_1.bin",
  });
