import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { DatasetError } from "./error";
import { brokenGzip, isZlib, unreadable } from "./file-errors";

/** A file of a data set, whole and decompressed. */
export interface DataFile {
  /** What the bytes are, for errors: a path or an address. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Nothing larger is read: 2 GiB − 1, the most that Node reads at once. */
const LARGEST_FILE = 2 ** 31 - 1;

/**
 * A whole file, decompressed if it is a gzip file, whatever its name.
 * @param most bytes it may have, decompressed
 * @throws DatasetError if it cannot be read, does not decompress, or has more bytes than `most`
 */
export async function readDataFile(where: string, most = LARGEST_FILE): Promise<DataFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(where);
    const size = await sizeOf(handle, where);
    const head = new Uint8Array(3);
    await handle.read(head, 0, head.length, 0);
    // With the method's byte too (deflate; no other is in use): pixels may begin with any two bytes.
    if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return { where, bytes: await gunzip(where, size, most) };
    if (size > most) throw oversize(where, most, `${size}`);
    return { where, bytes: await handle.readFile() };
  } catch (error) {
    throw error instanceof DatasetError ? error : unreadable(where, error);
  } finally {
    await handle?.close();
  }
}

/**
 * Bytes of an open file.
 * @throws DatasetError `unreadable` if it is no file
 */
export async function sizeOf(handle: FileHandle, file: string): Promise<number> {
  const status = await handle.stat();
  if (status.isFile()) return status.size;
  const found = status.isDirectory() ? "a folder" : "a device or pipe";
  throw new DatasetError("unreadable", { file, rule: "be a file", found, advice: "put the data file there" });
}

async function gunzip(file: string, size: number, most: number): Promise<Uint8Array> {
  const compressed = createReadStream(file);
  const decompressed = compressed.pipe(createGunzip({ chunkSize: 2 ** 18 }));
  compressed.once("error", (error) => decompressed.destroy(error));
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decompressed) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > most) throw oversize(file, most, "more");
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
