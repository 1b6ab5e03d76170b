import { resolve } from "node:path";
import { type Dataset, DatasetError, type Split, splitOff, subset } from "@weightcast/datasets";
import { datasetNames, entryOf } from "@weightcast/datasets/catalog";
import { type FetchProgress, readFolder } from "@weightcast/datasets/node";
import { InterruptedError } from "../interrupted";
import type { RunSpec } from "../spec";
import type { KeptData } from "./kept-data";

/** Progress of a data set's download. */
export interface DownloadProgress extends FetchProgress {
  /** Name of the data set. */
  readonly name: string;
}

/** How a data set that is not in the cache yet is fetched. */
export interface Fetching {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Memory of the data set read before, and the digest of the files in the folder now. @default nothing is kept */
  readonly kept?: { readonly data: KeptData; readonly digest: string };
}

/**
 * Data set of a run, reduced to the number of images it asks for: seeded choices, the same for every run of one seed.
 * @param seed seed of the run
 * @param from folder that a relative `data.folder` starts from @default the working directory
 * @param fetching how the data set is downloaded
 * @throws DatasetError if a file is absent, damaged, or can't be downloaded, or if all training images are of one class
 * @throws RangeError if there is no data set of that name, or fewer images than asked for
 * @throws InterruptedError once the signal is aborted during the download; what arrived is kept
 */
export async function loadData(
  data: RunSpec["data"],
  seed = 0,
  from = process.cwd(),
  fetching: Fetching = {},
): Promise<Dataset> {
  const { name, folder, train, test, size, channels, validation } = data;
  const read = () =>
    folder === undefined
      ? fetched(name, fetching)
      : readFolder(resolve(from, folder), { name, ...(size && { size }), ...(channels && { channels }) });
  const { kept } = fetching;
  const keyOf = (digest: string) => JSON.stringify([name, folder !== undefined && digest, size, channels]);
  const dataset = await (kept ? kept.data.read(keyOf(kept.digest), read) : read());
  checkClasses(dataset, folder ?? name);
  const cut = (part: "train" | "test", count: number | undefined, split = dataset[part]) => {
    if (count === undefined || count === split.count) return split;
    if (count > split.count)
      throw new RangeError(`data: ${part} must be at most ${split.count}, the images of ${dataset.name}; got ${count}`);
    return subset(split, count, seed);
  };
  if (validation === undefined) return { ...dataset, train: cut("train", train), test: cut("test", test) };
  if (validation >= dataset.train.count)
    throw new RangeError(
      `data: validation must be fewer than the ${dataset.train.count} training images of ${dataset.name}; got ${validation}`,
    );
  // Not of the run's seed, so that settings are compared on the same images.
  const { rest, held } = splitOff(dataset.train, validation, 0);
  return { ...dataset, train: cut("train", train, rest), test: cut("test", test, held) };
}

/** @throws DatasetError if all training examples are of one class */
export function checkClasses({ train: { labels } }: { readonly train: Pick<Split, "labels"> }, file: string): void {
  if (labels.some((label) => label !== labels[0])) return;
  throw new DatasetError("one-class", {
    file,
    rule: "have training images of at least two classes",
    found: `only class ${labels[0]}`,
    advice: "add images of another class: a network learns to tell classes apart",
  });
}

async function fetched(name: string, { signal, onProgress }: Fetching): Promise<Dataset> {
  const entry = entryOf(name);
  if (!entry)
    throw new RangeError(
      `data: there is no data set "${name}"; name one of ${datasetNames.join(", ")}, or the folder of your images`,
    );
  try {
    return await entry.load({
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ name, ...progress }) }),
    });
  } catch (error) {
    throw signal?.aborted ? new InterruptedError() : error;
  }
}
