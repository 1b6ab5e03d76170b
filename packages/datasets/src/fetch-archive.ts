import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Archive, ArchiveFile } from "./archive";
import { cacheFolder } from "./cache-folder";
import { writeSums } from "./cached-files";
import { discard, download } from "./download";
import { DatasetError } from "./error";
import { extract } from "./extract";
import { codeOf, inWords } from "./file-errors";
import { type LockOptions, withLock } from "./lock";

/** How far the fetching of an archive is. */
export interface FetchProgress {
  /** `"waiting"`: another process fetches it. */
  readonly phase: "waiting" | "downloading" | "verifying" | "extracting";
  /** Bytes of the archive that the phase has dealt with; while waiting, that the other process has received. */
  readonly received: number;
  /** Bytes of the archive, where known. */
  readonly total?: number;
}

export interface FetchOptions {
  /** The folder for downloaded data. @default `cacheFolder()` */
  readonly cache?: string;
  /** Where the archive is, for instance a mirror's address; http or https. @default where it was published */
  readonly url?: string;
  /** Its MD5, in lower-case hexadecimal, if you want another archive of the same files than the published one. @default as published */
  readonly md5?: string;
  /** Stops the fetching; what arrived is kept. @default none */
  readonly signal?: AbortSignal;
  /** Called often. @default none */
  readonly onProgress?: (progress: FetchProgress) => void;
  /** A connection that brings nothing for so long, in ms, is given up. @default 30_000 */
  readonly stallMs?: number;
}

/** Not for callers: what tests make quick. */
export interface Pace {
  readonly retries?: number;
  readonly backoffMs?: number;
  readonly lock?: Pick<LockOptions, "beatMs" | "goneMs">;
}

/**
 * The folder in the cache that holds an archive's files; where it is not there yet, the archive is downloaded, verified
 * and extracted. The folder appears by one rename when all is done, so it is whole or absent whatever happens; its name
 * has the archive's MD5 in it. Beside it, while the work lasts, are `….lock` (one process at a time; others wait) and
 * `….part` (what has arrived, and what is being extracted). The archive itself is not kept.
 *
 * @throws DatasetError see its codes; `checksum`: the archive is not the one asked for, and is removed
 * @throws TypeError or RangeError if an option is bad
 * @throws the signal's reason when it is aborted
 */
export async function fetchArchive(archive: Archive, options: FetchOptions = {}, pace: Pace = {}): Promise<string> {
  const { cache = cacheFolder(), url = archive.url, md5 = archive.md5, stallMs = 30_000, signal, onProgress } = options;
  check(archive.name, url, md5, stallMs);
  const folder = join(cache, `${archive.name}-${md5.slice(0, 12)}`);
  if (await isThere(folder)) return folder;
  const work = `${folder}.part`;
  const part = join(work, "archive.tar.gz");
  // Of another archive than the published one, nothing is known but that it holds the same files.
  const bytes = md5 === archive.md5 ? archive.bytes : undefined;
  const report = (phase: FetchProgress["phase"], received: number, total = bytes) =>
    onProgress?.({ phase, received, ...(total === undefined ? {} : { total }) });

  const whileHeld = async (lost: AbortSignal) => {
    if (await isThere(folder)) return;
    const stop = signal ? AbortSignal.any([signal, lost]) : lost;
    await mkdir(work, { recursive: true });
    await removeRemains(work);
    try {
      const { retries = 3, backoffMs = 500 } = pace;
      const most = 2 * archive.bytes;
      const onBytes = (received: number, total?: number) => report("downloading", received, total);
      await download({ url, file: part, bytes, most, stallMs, retries, backoffMs, signal: stop, onBytes });
      try {
        await verify(part, url, md5, stop, (read) => report("verifying", read));
        await unpack(part, url, archive, folder, stop, (read) => report("extracting", read));
      } catch (error) {
        // It will not become the archive. But when stopped, the part is another process's by now, or as good as before.
        if (error instanceof DatasetError && !stop.aborted) await discard({ file: part });
        throw error;
      }
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      // Only if it is empty.
      await rmdir(work).catch(() => {});
    }
  };

  try {
    await mkdir(cache, { recursive: true });
    const onWait = async () => report("waiting", await sizeOf(part));
    await withLock(`${folder}.lock`, { signal, onWait, ...pace.lock }, whileHeld);
    return folder;
  } catch (error) {
    throw error instanceof Error && "syscall" in error ? notWritable(cache, error) : error;
  }
}

function check(who: string, url: string, md5: string, stallMs: number): void {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
    throw new TypeError(`${who}: url must be an address that begins with http:// or https://; got ${url}`);
  if (!/^[0-9a-f]{32}$/.test(md5))
    throw new TypeError(`${who}: md5 must be 32 lower-case hexadecimal digits; got ${md5}`);
  if (!(stallMs > 0 && stallMs <= 2 ** 31 - 1))
    throw new RangeError(`${who}: stallMs must be in (0, ${2 ** 31 - 1}]; got ${stallMs}`);
}

/**
 * Of a process that was killed while it extracted; or only hangs. Under another name first: should it wake, it finds
 * nothing to write to and nothing to make the finished folder of while that is being deleted.
 */
async function removeRemains(work: string): Promise<void> {
  for (const name of await readdir(work)) {
    if (!name.startsWith(FILES)) continue;
    const mine = join(work, `${FILES}${randomUUID()}`);
    await rename(join(work, name), mine);
    await rm(mine, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function verify(part: string, url: string, md5: string, stop: AbortSignal, onBytes: (read: number) => void) {
  const hash = createHash("md5");
  let begin = "";
  let read = 0;
  for await (const chunk of createReadStream(part, { highWaterMark: 2 ** 20 })) {
    stop.throwIfAborted();
    begin ||= chunk.subarray(0, 64).toString("latin1");
    hash.update(chunk);
    read += chunk.length;
    onBytes(read);
  }
  const found = hash.digest("hex");
  if (found === md5) return;
  const page = /^\s*</.test(begin) ? ", an HTML page" : "";
  throw new DatasetError("checksum", {
    file: url,
    rule: `be the archive whose MD5 is ${md5}`,
    found: `${found}, ${read} bytes${page}; they were removed`,
    advice: page ? "see the address, and what stands between you and the server" : "try again, or see the address",
  });
}

/** Extracts into a new folder, which then becomes `folder`. */
async function unpack(
  part: string,
  where: string,
  archive: Archive,
  folder: string,
  signal: AbortSignal,
  onBytes: (read: number) => void,
): Promise<void> {
  const files = join(dirname(part), `${FILES}${randomUUID()}`);
  await mkdir(files);
  const sums: Record<string, string> = {};
  const save = async ({ path }: ArchiveFile, contents: AsyncIterable<Uint8Array>) => {
    const file = await open(join(files, basename(path)), "wx");
    const hash = createHash("sha256");
    try {
      for await (const chunk of contents) {
        hash.update(chunk);
        await file.appendFile(chunk);
      }
      sums[basename(path)] = hash.digest("hex");
      // On the disk before the folder has its name, whatever happens to the machine.
      await file.sync();
    } finally {
      await file.close();
    }
  };
  try {
    await extract(part, archive, save, { where, signal, onBytes });
    await writeSums(files, sums);
    signal.throwIfAborted();
    await rename(files, folder);
  } finally {
    await rm(files, { recursive: true, force: true });
  }
}

const FILES = "files-";

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

function notWritable(cache: string, error: Error): DatasetError {
  const advice = "see the disk's free space and the folder's permissions, or choose another by the option cache";
  return new DatasetError(
    "unreadable",
    { file: cache, rule: "be a folder to write to", found: inWords(codeOf(error)), advice },
    error,
  );
}
