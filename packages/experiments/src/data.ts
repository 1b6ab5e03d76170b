import { resolve } from "node:path";
import { type Dataset, subset } from "@weightcast/datasets";
import { cifar10, cifar100, type FetchProgress, mnist, readFolder, stl10 } from "@weightcast/datasets/node";
import { InterruptedError } from "./interrupted";
import type { RunSpec } from "./spec";
import { dataNames } from "./training-spec";

/** How far the download of a data set is. */
export interface DownloadProgress extends FetchProgress {
  /** Of the data set. */
  readonly name: string;
}

/** How a data set that is not here yet is fetched. */
export interface Fetching {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Data sets by name: MNIST is embedded, the others are downloaded once, into a cache. */
const named = { mnist: () => mnist(), cifar10, cifar100, stl10 } satisfies Record<(typeof dataNames)[number], unknown>;
type Named = keyof typeof named;

/**
 * The data set of a run, cut down to the images it asks for: seeded choices, the same for every run of one seed.
 * @param seed the run's
 * @param from what a relative folder is relative to @default the working directory
 * @param fetching where the data set is downloaded
 * @throws DatasetError if a file is absent or not what it should be, or can't be downloaded
 * @throws RangeError if it names no known data set, or asks for more images than there are
 * @throws InterruptedError once the signal is aborted, while it is downloaded; what arrived is kept
 */
export async function loadData(
  data: RunSpec["data"],
  seed = 0,
  from = process.cwd(),
  fetching: Fetching = {},
): Promise<Dataset> {
  const { name, folder, train, test } = data;
  const dataset = await (folder === undefined ? fetched(name, fetching) : readFolder(resolve(from, folder), { name }));
  const cut = (part: "train" | "test", count: number | undefined) => {
    const split = dataset[part];
    if (count === undefined || count === split.count) return split;
    if (count > split.count)
      throw new RangeError(`data: ${part} must be at most ${split.count}, the images of ${dataset.name}; got ${count}`);
    return subset(split, count, seed);
  };
  return { ...dataset, train: cut("train", train), test: cut("test", test) };
}

async function fetched(name: string, { signal, onProgress }: Fetching): Promise<Dataset> {
  if (!Object.hasOwn(named, name))
    throw new RangeError(
      `data: there is no data set "${name}"; name one of ${dataNames.join(", ")}, or the folder its files are in`,
    );
  try {
    return await named[name as Named]({
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (progress) => onProgress({ name, ...progress }) }),
    });
  } catch (error) {
    throw signal?.aborted ? new InterruptedError() : error;
  }
}
