import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { sizeOf } from "./data-file";
import { DatasetError } from "./error";
import { brokenGzip, isZlib, unreadable } from "./file-errors";
import { checkLength, headerLength, type IdxHeader, parseIdxHeader } from "./idx";

/**
 * The bytes of an IDX file, decompressed if it is a gzip file, whatever its name. Its header is read first and bounds
 * what is read and decompressed after it, so that neither a damaged header nor a gzip bomb takes memory.
 * @param axes how many axes it must have: 3 for images, 1 for labels
 * @throws DatasetError if it cannot be read, or is not what its header says
 */
export async function readIdxFile(file: string, axes: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const size = await sizeOf(handle, file);
    const head = new Uint8Array(headerLength(axes));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (head[0] === 0x1f && head[1] === 0x8b) return await gunzip(file, size, axes);
    checkLength(file, parseIdxHeader(head.subarray(0, bytesRead), file, axes), size);
    return await handle.readFile();
  } catch (error) {
    throw error instanceof DatasetError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

/** Decompresses, and stops at the first byte beyond what the header inside says. */
async function gunzip(file: string, size: number, axes: number): Promise<Uint8Array> {
  const compressed = createReadStream(file);
  const decompressed = compressed.pipe(createGunzip({ chunkSize: 2 ** 18 }));
  compressed.once("error", (error) => decompressed.destroy(error));
  const chunks: Uint8Array[] = [];
  let length = 0;
  let header: IdxHeader | undefined;
  try {
    for await (const chunk of decompressed) {
      chunks.push(chunk);
      length += chunk.length;
      if (!header && length >= headerLength(axes)) header = parseIdxHeader(Buffer.concat(chunks), file, axes);
      if (header && length > header.length) checkLength(file, header, "more");
    }
  } catch (error) {
    throw isZlib(error) ? brokenGzip(file, size, error) : error;
  } finally {
    compressed.destroy();
  }
  const bytes = Buffer.concat(chunks, length);
  checkLength(file, header ?? parseIdxHeader(bytes, file, axes), length);
  return bytes;
}
