import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { DatasetError } from "./error";
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

async function sizeOf(handle: FileHandle, file: string): Promise<number> {
  const status = await handle.stat();
  if (status.isFile()) return status.size;
  const found = status.isDirectory() ? "a folder" : "a device or pipe";
  throw new DatasetError("unreadable", { file, rule: "be a file", found, advice: "put the data file there" });
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
    throw isZlib(error) ? broken(file, size, error) : error;
  } finally {
    compressed.destroy();
  }
  const bytes = Buffer.concat(chunks, length);
  checkLength(file, header ?? parseIdxHeader(bytes, file, axes), length);
  return bytes;
}

function broken(file: string, size: number, error: Error & { code: string }): DatasetError {
  const finding = { file, rule: "be a whole gzip file", advice: "fetch it again" };
  return error.code === "Z_BUF_ERROR"
    ? new DatasetError("truncated", { ...finding, found: `one that ends after ${size} bytes` }, error)
    : new DatasetError("corrupt", { ...finding, found: `"${error.message}"` }, error);
}

const isZlib = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && /^Z_/.test(String(error.code));

function unreadable(file: string, error: unknown): DatasetError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  if (code === "ENOENT")
    return new DatasetError("absent", { file, rule: "exist", found: "nothing there", advice: "fetch it" }, error);
  const advice = "see its owner, permissions and disk";
  return new DatasetError("unreadable", { file, rule: "be readable", found: code, advice }, error);
}
