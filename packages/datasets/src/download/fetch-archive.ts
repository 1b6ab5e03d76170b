import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DiskError, LockLostError, type LockOptions, syncFolder, withLock, writeAll } from "@weightcast/disk";
import { DatasetError } from "../error";
import { kindOf } from "../files/data-file";
import { codeOf, inWords } from "../files/file-errors";
import { exists, fileSize } from "../files/paths";
import type { Archive, ArchiveFile } from "./archive";
import { cacheFolder } from "./cache-folder";
import { isPublished, labels, type Pin, pinOf, writeSums } from "./cached-files";
import { discard, download } from "./download";
import { extract } from "./extract";

/** Progress of a download. */
export interface FetchProgress {
  /** Current phase; `"waiting"`: another process is downloading the archive. */
  readonly phase: "waiting" | "downloading" | "verifying" | "extracting";
  /** Bytes of the archive that the phase has processed; while waiting, those that the other process has received. */
  readonly received: number;
  /** Bytes of the archive, if known. */
  readonly total?: number;
}

/** Options of a download. */
export interface FetchOptions {
  /** Folder for downloaded data. @default `cacheFolder()` */
  readonly cache?: string;
  /** Address of the archive, for instance at a mirror; http or https. @default the published address */
  readonly url?: string;
  /** MD5 of another archive of the same files, in lower-case hexadecimal. @default that of the published archive */
  readonly md5?: string;
  /** Signal that stops the download; the received bytes are kept. @default none */
  readonly signal?: AbortSignal;
  /** Called often with the progress; if it throws, the download stops. @default none */
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Silence, in ms, after which a connection is given up. @default 30_000 */
  readonly stallMs?: number;
  /** Least speed, in bytes per second over any five minutes, below which the download is given up. @default 1000 */
  readonly leastSpeed?: number;
}

/** Timing, which only tests change. */
export interface Pace {
  readonly retries?: number;
  readonly backoffMs?: number;
  readonly lock?: Pick<LockOptions, "beatMs" | "goneMs">;
  /** Time, in ms, over which the speed is measured. @default 300_000 */
  readonly speedMs?: number;
}

/**
 * Folder in the cache that contains an archive's files; if it does not exist yet, the archive is downloaded, verified
 * and extracted. The folder appears by a single rename when everything is done, so it is always either whole or
 * absent; its name includes the archive's MD5. Meanwhile there are two entries next to it: `….lock` (one process at a
 * time; others wait) and `….part` (received bytes and extracted files). The archive itself is not kept.
 *
 * @throws DatasetError see its codes; with `checksum`, the archive is not the requested one, and is removed
 * @throws TypeError or RangeError if an option is invalid
 * @throws the signal's reason when it is aborted
 */
export async function fetchArchive(archive: Archive, options: FetchOptions = {}, pace: Pace = {}): Promise<string> {
  const { cache = cacheFolder(), url = archive.url, md5 = archive.md5, stallMs = 30_000, leastSpeed = 1000 } = options;
  const { signal, onProgress } = options;
  check(archive.name, url, md5, { stallMs, leastSpeed });
  const folder = join(cache, `${archive.name}-${md5.slice(0, 12)}`);
  const work = `${folder}.part`;
  const complete = await isOwnFolder(folder);
  if (complete && !(await exists(work))) return folder;
  const part = join(work, "archive.tar.gz");
  // Nothing is known about another archive than the published one, except that it contains the same files.
  const bytes = md5 === archive.md5 ? archive.bytes : undefined;
  const report = (phase: FetchProgress["phase"], received: number, total = bytes) =>
    onProgress?.({ phase, received, ...(total === undefined ? {} : { total }) });

  const whileHeld = async (lost: AbortSignal) => {
    if (await isOwnFolder(folder)) return rm(work, { recursive: true, force: true, maxRetries: 3 });
    const stop = signal ? AbortSignal.any([signal, lost]) : lost;
    if (!(await isOwnFolder(work))) await mkdir(work);
    await removeRemains(work);
    try {
      const { retries = 3, backoffMs = 500, speedMs = 300_000 } = pace;
      const most = 2 * archive.bytes;
      const onBytes = (received: number, total?: number) => report("downloading", received, total);
      const speed = { least: leastSpeed, ms: speedMs };
      await download({ url, file: part, bytes, most, stallMs, speed, retries, backoffMs, signal: stop, onBytes });
      try {
        await verify(part, url, md5, stop, (read) => report("verifying", read));
        const pinned = isPublished(archive, { md5 });
        await unpack(part, url, archive, { folder, pinned }, stop, (read) => report("extracting", read));
      } catch (error) {
        // The part can never become the archive. But if the work was stopped, the part may still be good, or
        // belong to another process by now.
        if (error instanceof DatasetError && !stop.aborted) await discard({ file: part });
        throw error;
      }
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      // This succeeds only if the folder is empty.
      await rmdir(work).catch(() => {});
    }
  };

  try {
    await mkdir(cache, { recursive: true });
    const onWait = async () => report("waiting", await fileSize(part));
    await withLock(`${folder}.lock`, { signal, onWait, ...pace.lock }, whileHeld);
    return folder;
  } catch (error) {
    if (error instanceof LockLostError) throw taken(error);
    // Of a complete cache that is read-only, only the remains of its download can't be removed.
    if (complete && isWrite(error)) return folder;
    throw isWrite(error) ? notWritable(cache, error) : error;
  }
}

/**
 * Whether there is a folder at a path in the cache. Links are not followed: they could lead anywhere, and what is there would be
 * read, overwritten or deleted.
 */
async function isOwnFolder(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  if (!status || status.isDirectory()) return status !== undefined;
  throw new DatasetError("unreadable", {
    file: path,
    rule: "be a folder in the cache itself",
    found: kindOf(status),
    advice: "remove it; to keep the data elsewhere, set WEIGHTCAST_CACHE or the option cache to a folder there",
  });
}

/** Whether an error is that of writing a file. */
const isWrite = (error: unknown): error is Error =>
  error instanceof DiskError || (error instanceof Error && ("syscall" in error || isFull(error)));

function check(
  who: string,
  url: string,
  md5: string,
  { stallMs, leastSpeed }: Record<"stallMs" | "leastSpeed", number>,
): void {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
    throw new TypeError(`${who}: url must be an address that begins with http:// or https://; got ${url}`);
  if (!/^[0-9a-f]{32}$/.test(md5))
    throw new TypeError(`${who}: md5 must be 32 lower-case hexadecimal digits; got ${md5}`);
  if (!(stallMs > 0 && stallMs <= 2 ** 31 - 1))
    throw new RangeError(`${who}: stallMs must be in (0, ${2 ** 31 - 1}]; got ${stallMs}`);
  if (!(leastSpeed >= 0 && leastSpeed < Infinity))
    throw new RangeError(`${who}: leastSpeed must be a number of bytes per second, 0 for any; got ${leastSpeed}`);
}

/**
 * Removes the extracted files of a process that was killed, or hangs. They are renamed first: should that process
 * wake, it finds nothing to write to, and nothing to turn into the finished folder while they are being deleted.
 */
async function removeRemains(work: string): Promise<void> {
  for (const entry of await readdir(work, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isSymbolicLink()) await rm(join(work, name));
    if (entry.isSymbolicLink() || !name.startsWith(FILES)) continue;
    const renamed = join(work, `${FILES}${randomUUID()}`);
    await rename(join(work, name), renamed);
    await rm(renamed, { recursive: true, force: true, maxRetries: 3 });
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
    advice: page ? "see the address, and any proxy between you and the server" : "try again, or see the address",
  });
}

/** Extracts the files into a new folder, which then becomes `folder`. */
async function unpack(
  part: string,
  where: string,
  archive: Archive,
  { folder, pinned }: { readonly folder: string; readonly pinned: boolean },
  signal: AbortSignal,
  onBytes: (read: number) => void,
): Promise<void> {
  const files = join(dirname(part), `${FILES}${randomUUID()}`);
  await mkdir(files);
  const sums: Record<string, string> = {};
  const save = async (entry: ArchiveFile, contents: AsyncIterable<Uint8Array>) => {
    const { path, bytes } = entry;
    const pin = pinned ? pinOf(entry) : undefined;
    const known = createHash(pin?.algorithm ?? "sha256");
    const file = await open(join(files, basename(path)), "wx");
    const hash = createHash("sha256");
    try {
      for await (const chunk of contents) {
        hash.update(chunk);
        if (pin) known.update(chunk);
        await writeAll(file, chunk);
      }
      if (pin) checkPin(where, path, pin, known.digest("hex"));
      sums[basename(path)] = hash.digest("hex");
      // On the disk before the folder gets its name, even if the machine fails.
      await file.sync();
      const { size } = await file.stat();
      if (size !== bytes) throw Object.assign(new Error(`${size} of ${bytes} bytes on the disk`), { code: "ENOSPC" });
    } finally {
      await file.close();
    }
  };
  try {
    await extract(part, archive, save, { where, signal, onBytes });
    await writeSums(files, sums);
    signal.throwIfAborted();
    await syncFolder(files);
    await rename(files, folder);
    await syncFolder(dirname(folder));
  } finally {
    await rm(files, { recursive: true, force: true });
  }
}

function checkPin(file: string, path: string, { algorithm, sum }: Pin, found: string): void {
  if (found === sum) return;
  const rule = `hold ${path} with the ${labels[algorithm]} ${sum}, as published`;
  throw new DatasetError("checksum", { file, rule, found, advice: "it is not the published archive: fetch that one" });
}

const FILES = "files-";

const isFull = (error: unknown): boolean => codeOf(error) === "ENOSPC";

const taken = (error: LockLostError): DatasetError =>
  new DatasetError(
    "download",
    {
      file: error.file,
      rule: "be held by the process that writes to the cache",
      found: "another's lock, taken while this process was suspended",
      advice: "try again: it waits for the other, then finds the data",
    },
    error,
  );

function notWritable(cache: string, error: Error): DatasetError {
  const advice =
    "see the disk's free space and the folder's permissions, or choose another by WEIGHTCAST_CACHE or the option cache";
  return new DatasetError(
    "unreadable",
    {
      file: cache,
      rule: "be a folder to write to",
      found: inWords(codeOf(error instanceof DiskError ? error.cause : error)),
      advice,
    },
    error,
  );
}
