import { basename } from "node:path";
import { type Archive, CIFAR10, CIFAR100, STL10 } from "./archive";
import { readCached } from "./cached-files";
import { type CifarKind, cifarDataset, cifarFormat } from "./cifar";
import type { DataFile } from "./data-file";
import type { Dataset } from "./dataset";
import { type FetchOptions, fetchArchive, type Pace } from "./fetch-archive";
import { stl10Dataset } from "./stl10";

export interface Cifar100Options extends FetchOptions {
  /** Which labels: those of 100 classes, or of the 20 coarse ones. @default "fine" */
  readonly labels?: "fine" | "coarse";
}

/**
 * CIFAR-10: color photographs, 32 × 32, ten classes (`CIFAR10_CLASSES`), 50,000 to train and 10,000 to test (Krizhevsky
 * 2009, *Learning multiple layers of features from tiny images*). Shape [32, 32, 3], channels last. Downloaded when it is
 * first asked for (162 MiB) and kept in the cache (176 MiB); without a network after that.
 * @throws DatasetError if it cannot be had whole and as published
 * @throws TypeError or RangeError if an option is bad
 * @throws the signal's reason when it is aborted
 */
export async function cifar10(options: FetchOptions = {}): Promise<Dataset> {
  return cifarArchive("cifar10", "fine", CIFAR10, options);
}

/**
 * CIFAR-100: as CIFAR-10, of 100 classes (`CIFAR100_CLASSES`), or by `labels: "coarse"` of the 20 they are grouped into
 * (`CIFAR100_COARSE_CLASSES`). 161 MiB to download, 176 MiB in the cache.
 * @throws as `cifar10`
 */
export async function cifar100(options: Cifar100Options = {}): Promise<Dataset> {
  const { labels = "fine", ...fetching } = options;
  if (labels !== "fine" && labels !== "coarse")
    throw new RangeError(`cifar100: labels must be "fine" or "coarse"; got ${JSON.stringify(labels)}`);
  return cifarArchive("cifar100", labels, CIFAR100, fetching);
}

/**
 * STL-10: color photographs, 96 × 96, ten classes (`STL10_CLASSES`), 5,000 to train and 8,000 to test (Coates, Ng, Lee
 * 2011, *An analysis of single-layer networks in unsupervised feature learning*). Shape [96, 96, 3], channels last;
 * labels from 0. 2.5 GiB to download, of which the 343 MiB of labelled images are kept in the cache: not the 100,000
 * unlabeled ones.
 * @throws as `cifar10`
 */
export async function stl10(options: FetchOptions = {}): Promise<Dataset> {
  const [trainX, trainY, testX, testY] = await cached(STL10, options);
  return stl10Dataset("stl10", [trainX!, trainY!, testX!, testY!]);
}

/** One of the two; with another archive and `pace`, for tests. */
export async function cifarArchive(
  kind: CifarKind,
  labels: "fine" | "coarse",
  archive: Archive,
  options: FetchOptions,
  pace: Pace = {},
): Promise<Dataset> {
  const files = await cached(archive, options, pace);
  return cifarDataset(kind, cifarFormat(kind, labels), {
    train: files.filter(({ where }) => !basename(where).startsWith("test")),
    test: files.filter(({ where }) => basename(where).startsWith("test")),
  });
}

const cached = async (archive: Archive, options: FetchOptions, pace?: Pace): Promise<DataFile[]> =>
  readCached(await fetchArchive(archive, options, pace), archive);
