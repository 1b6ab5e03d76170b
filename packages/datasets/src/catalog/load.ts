import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Dataset } from "../dataset";
import { fetchFiles } from "../download/archive-files";
import type { FetchOptions } from "../download/fetch-archive";
import { DatasetError } from "../error";
import { readIdxFolder } from "../formats/idx-folder";
import type { ArchivedFiles, PackagedFiles, PublishedSet } from "./published-set";

/** Loads a published data set: from the package it comes with, or from the cache or the network. */
export async function load(set: PublishedSet, options: FetchOptions = {}): Promise<Dataset> {
  const { name, classes, files } = set;
  if ("archive" in files) return loadArchive(files, options);
  return readIdxFolder(packageFolder(files), { name, classes, sha256: files.sha256 });
}

/** Loads a data set from an archive in the cache, into which it is downloaded if it is not there. */
export const loadArchive = async ({ archive, read }: ArchivedFiles, options: FetchOptions = {}): Promise<Dataset> =>
  read(await fetchFiles(archive, options));

/** Folder of a package's data files. The package's code is not loaded. */
function packageFolder({ package: name, version, folder }: PackagedFiles): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), folder);
  } catch (error) {
    const finding = {
      file: name,
      rule: "be an installed package",
      found: "none",
      advice: `npm install ${name}@${version}`,
    };
    throw new DatasetError("absent", finding, error);
  }
}
