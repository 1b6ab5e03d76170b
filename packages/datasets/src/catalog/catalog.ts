import type { Dataset } from "../dataset";
import type { FetchOptions } from "../download/fetch-archive";
import { CIFAR10 } from "./cifar10";
import { CIFAR100 } from "./cifar100";
import { MNIST } from "./mnist";
import type { Facts, PublishedSet } from "./published-set";
import { STL10 } from "./stl10";

/** Published data sets, in the order of the catalog. To add one, write its file next to this one and list it here. */
const SETS: readonly PublishedSet[] = [MNIST, CIFAR10, CIFAR100, STL10];

/** Published data set: its facts, and a function that loads it. */
export interface CatalogEntry extends Facts {
  /** Archive to download; absent if the data come with this package. */
  readonly download?: {
    readonly url: string;
    /** Bytes of the archive. */
    readonly bytes: number;
    /** Bytes that stay in the cache. */
    readonly kept: number;
  };
  /**
   * Loads the data set, on Node: from the package it comes with, or from the cache, into which it is downloaded once.
   * @param options of the download; ignored if there is none
   * @throws DatasetError if it cannot be downloaded, or its files are not the published ones
   * @throws TypeError or RangeError if an option is invalid
   * @throws the signal's reason when it is aborted
   */
  load(options?: FetchOptions): Promise<Dataset>;
}

/** Every published data set, those that come with this package first. */
export const catalog: readonly CatalogEntry[] = SETS.map((set) => {
  const { files, ...facts } = set;
  return {
    ...facts,
    ...("archive" in files && { download: downloadOf(files.archive) }),
    // Imported when it is needed: it needs Node, and the facts do not.
    load: async (options?: FetchOptions) => (await import("./load")).load(set, options),
  };
});

/** Names of the published data sets. */
export const datasetNames: readonly string[] = catalog.map(({ name }) => name);

/** Published data set of the given name, if there is one. */
export const entryOf = (name: string): CatalogEntry | undefined => catalog.find((entry) => entry.name === name);

function downloadOf({ url, bytes, files }: { url: string; bytes: number; files: readonly { bytes: number }[] }) {
  return { url, bytes, kept: files.reduce((sum, file) => sum + file.bytes, 0) };
}
