import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { DataFile } from "../dataset";
import { DatasetError } from "../error";
import { brokenGzip, isZlib, unreadable } from "./file-errors";

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
    if (isGzip(head) && head[2] === 8) return gunzip(where, size, (_, length) => check(length, "more"));
    check(size, `${size}`);
    return handle.readFile();
  });
  return { where, bytes };
}

/**
 * Opens a file for as long as `read` takes.
 * @param read is given the open file and its size in bytes
 * @throws DatasetError if it cannot be opened or read, or is not a file
 */
export async function withOpenFile<T>(
  file: string,
  read: (handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const status = await handle.stat();
    if (status.isFile()) return await read(handle, status.size);
    const found = status.isDirectory() ? "a folder" : "a device or pipe";
    throw new DatasetError("unreadable", { file, rule: "be a file", found, advice: "put the data file there" });
  } catch (error) {
    throw error instanceof DatasetError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

/** Whether a file that begins with these bytes is a gzip file. */
export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Decompresses a gzip file.
 * @param size of the file, for errors
 * @param check called after every chunk with all chunks so far and their length; if it throws, decompression stops
 * @throws DatasetError `truncated` or `corrupt`
 */
export async function gunzip(
  file: string,
  size: number,
  check: (chunks: readonly Uint8Array[], length: number) => void,
): Promise<Uint8Array> {
  const compressed = createReadStream(file);
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
