import { basename, join } from "node:path";
import type { DataFile } from "../dataset";
import type { Archive } from "./archive";
import { isPublished, readCached } from "./cached-files";
import { extract } from "./extract";
import { type FetchOptions, fetchArchive } from "./fetch-archive";

/** Name of the published archive's file. */
export const archiveName = ({ url }: Pick<Archive, "url">): string => basename(new URL(url).pathname);

/**
 * Reads an archive's files from the cache, in the archive's order; the archive is downloaded if they are not there.
 * @throws as `fetchArchive` and `readCached`
 */
export const fetchFiles = async (archive: Archive, options?: FetchOptions): Promise<DataFile[]> =>
  readCached(await fetchArchive(archive, options), archive, isPublished(archive, options));

/**
 * Reads an archive's files, in the archive's order, from the archive in a folder to memory. Their names and sizes are
 * checked, but not the archive's MD5: the same files may have been packed differently.
 * @throws DatasetError if it is damaged or another archive
 */
export async function readArchive(dir: string, archive: Archive): Promise<DataFile[]> {
  const path = join(dir, archiveName(archive));
  const contents = new Map<string, Uint8Array>();
  await extract(path, archive, async (file, bytes) => {
    const whole = new Uint8Array(file.bytes);
    let at = 0;
    for await (const chunk of bytes) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    contents.set(file.path, whole);
  });
  return archive.files.map((file) => ({ where: `${path}/${file.path}`, bytes: contents.get(file.path)! }));
}
