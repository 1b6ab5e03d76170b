import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { DataFile } from "../dataset";
import { DatasetError } from "../error";
import { brokenGzip, codeOf, isZlib, unreadable } from "./file-errors";

/** Largest file that is read: 2 GiB − 1, the most that Node reads at once. */
const LARGEST_FILE = 2 ** 31 - 1;

/**
 * Reads a whole file and decompresses it if it is a gzip file, regardless of its name.
 * @param most limit on its bytes, decompressed
 * @throws DatasetError if it cannot be read, does not decompress, or has more than `most` bytes
 */
export async function readDataFile(where: string, most = LARGEST_FILE): Promise<DataFile> {
  const bytes = await withOpenFile(where, async (handle, size) => {
    const head = new Uint8Array(3);
    await handle.read(head, 0, head.length, 0);
    const check = (length: number, found: string) => {
      if (length > most) throw oversize(where, most, found);
    };
    // The third byte is the method (deflate; no other is in use): pixels may begin with any two bytes.
    if (isGzip(head) && head[2] === 8) return gunzip(handle, where, size, (_, length) => check(length, "more"));
    check(size, `${size}`);
    return handle.readFile();
  });
  return { where, bytes };
}

/**
 * Opens a file for as long as `read` takes.
 * @param read is given the open file and its size in bytes
 * @param links whether `file` may be a symbolic link @default "follow"
 * @throws DatasetError if it cannot be opened or read, or is not a file
 */
export async function withOpenFile<T>(
  file: string,
  read: (handle: FileHandle, size: number) => Promise<T>,
  links: Links = "follow",
): Promise<T> {
  const { handle, size } = await openFile(file, links);
  try {
    return await read(handle, size);
  } catch (error) {
    throw error instanceof DatasetError ? error : unreadable(file, error);
  } finally {
    await handle.close();
  }
}

/** Whether a file's path may be a symbolic link. */
export type Links = "follow" | "refuse";

/**
 * Opens a file; the caller closes it.
 * @throws DatasetError if it cannot be opened, or is not a file
 */
export async function openFile(file: string, links: Links = "follow"): Promise<{ handle: FileHandle; size: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, links === "follow" ? READ : READ | NO_LINK);
    const status = await handle.stat();
    if (status.isFile()) return { handle, size: status.size };
    const advice = "put the data file itself there";
    throw new DatasetError("unreadable", { file, rule: "be a file", found: kindOf(status), advice });
  } catch (error) {
    await handle?.close();
    if (links === "refuse" && codeOf(error) === "ELOOP")
      throw new DatasetError("unreadable", { file, rule: "be a file", found: "a symbolic link", advice: "remove it" });
    throw error instanceof DatasetError ? error : unreadable(file, error);
  }
}

/** For reading. Without O_NONBLOCK, opening a named pipe would wait for a writer forever. Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/** Kind of something that is not a file, in words. */
export function kindOf(status: Stats): string {
  if (status.isDirectory()) return "a folder";
  if (status.isFIFO()) return "a named pipe";
  if (status.isSocket()) return "a socket";
  return status.isSymbolicLink() ? "a symbolic link" : "a device";
}

/** Whether a file that begins with these bytes is a gzip file. */
export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Decompresses a gzip file from its beginning.
 * @param file its name, for errors
 * @param size its bytes, for errors
 * @param check called after every chunk with all chunks so far and their length; if it throws, decompression stops
 * @throws DatasetError `truncated` or `corrupt`
 */
export async function gunzip(
  handle: FileHandle,
  file: string,
  size: number,
  check: (chunks: readonly Uint8Array[], length: number) => void,
): Promise<Uint8Array> {
  const compressed = handle.createReadStream({ start: 0, autoClose: false });
  const decompressed = compressed.pipe(createGunzip({ chunkSize: 2 ** 18 }));
  compressed.once("error", (error) => decompressed.destroy(error));
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decompressed) {
      chunks.push(chunk);
      length += chunk.length;
      check(chunks, length);
    }
  } catch (error) {
    throw isZlib(error) ? brokenGzip(file, size, error) : error;
  } finally {
    compressed.destroy();
  }
  return Buffer.concat(chunks, length);
}

const oversize = (file: string, most: number, found: string) =>
  new DatasetError("oversize", {
    file,
    rule: `hold at most ${most} bytes, decompressed`,
    found,
    advice: "see that it is the right file, or divide it",
  });
