import type { FileHandle } from "node:fs/promises";
import { gunzip, isGzip, withOpenFile } from "../files/data-file";
import { checkLength, headerLength, type IdxHeader, parseIdxHeader } from "./idx";

/**
 * Reads the bytes of an IDX file and decompresses them if it is a gzip file, regardless of its name. The header is
 * read first and limits what is read and decompressed after it, so that neither a damaged header nor a gzip bomb
 * takes memory.
 * @param axes number of axes it must have: 3 for images, 1 for labels
 * @throws DatasetError if it cannot be read, or does not agree with its header
 */
export function readIdxFile(file: string, axes: number): Promise<Uint8Array> {
  return withOpenFile(file, async (handle, size) => {
    const head = new Uint8Array(headerLength(axes));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (isGzip(head)) return gunzipIdx(handle, file, size, axes);
    checkLength(file, parseIdxHeader(head.subarray(0, bytesRead), file, axes), size);
    return handle.readFile();
  });
}

/** Decompresses a file, and stops at the first byte beyond the length that the header inside states. */
async function gunzipIdx(handle: FileHandle, file: string, size: number, axes: number): Promise<Uint8Array> {
  let header: IdxHeader | undefined;
  const bytes = await gunzip(handle, file, size, (chunks, length) => {
    if (!header && length >= headerLength(axes)) header = parseIdxHeader(Buffer.concat(chunks), file, axes);
    if (header && length > header.length) checkLength(file, header, "more");
  });
  checkLength(file, header ?? parseIdxHeader(bytes, file, axes), bytes.length);
  return bytes;
}
