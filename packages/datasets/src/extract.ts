import { once } from "node:events";
import { createReadStream } from "node:fs";
import { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { createTarDecoder, type TarHeader } from "modern-tar";
import type { Archive, ArchiveFile } from "./archive";
import { DatasetError, type DatasetErrorCode } from "./error";
import { brokenGzip, isZlib } from "./file-errors";

export interface Extraction {
  /** What the archive is called in errors. @default its path */
  readonly where?: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the archive read so far. */
  readonly onBytes?: Progress;
}

/**
 * Reads the wanted files out of a gzip-compressed tar archive, in one pass. The archive decides nothing: a file is handed
 * to `take` only under a name that was asked for, at most once, with exactly its known size; and no more is decompressed
 * than the whole is known to hold. Nothing is written here.
 *
 * @param take reads a file's bytes to their end
 * @throws DatasetError `truncated`, `corrupt`, `oversize` or `wrong-format`: damaged, hostile, or not this archive; some
 *   files may have been handed to `take` by then
 */
export async function extract(
  archive: string,
  { files, rest }: Pick<Archive, "files" | "rest">,
  take: (file: ArchiveFile, bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  { where = archive, signal, onBytes }: Extraction = {},
): Promise<void> {
  const left = new Map(files.map((file) => [file.path, file]));
  const most = files.reduce((sum, { bytes }) => sum + bytes, rest);
  // Errors of the source come out of the decoder too, so both are noted where they arise.
  let sourceError: { readonly error: unknown } | undefined;
  let tarError: { readonly error: unknown } | undefined;
  const fromSource = (error: unknown) => {
    sourceError = { error };
  };
  const fromTar = (error: unknown) => {
    tarError = { error };
  };
  const tar = createTarDecoder({ strict: true });
  const source = noting(decompress(archive, where, most, signal, onBytes), fromSource);
  const pipe = ReadableStream.from(source).pipeTo(tar.writable);
  // Seen below, through the entries.
  pipe.catch(() => {});
  try {
    for await (const { header, body } of noting(tar.readable, fromTar)) {
      const file = judge(where, header, files, most);
      if (!file) {
        // Read to its end, not cancelled: the decoder does not go on after a cancelled body that it has whole already.
        for await (const _ of noting(body, fromTar));
        continue;
      }
      if (!left.delete(file.path)) throw refused(where, `hold ${file.path} once`, "it a second time");
      await take(file, noting(body, fromTar));
    }
  } catch (error) {
    if (sourceError) throw sourceError.error;
    throw tarError ? damaged(where, tarError.error) : error;
  } finally {
    // The archive is closed by then: it can be removed, on Windows too.
    await pipe.catch(() => {});
  }
  if (left.size > 0) throw refused(where, `hold ${[...left.keys()].join(", ")}`, "an archive without", "absent");
}

/** The wanted file that an entry is; nothing for an entry that is of no interest. Throws for one that has no place there. */
function judge(where: string, { name, type, size }: TarHeader, files: readonly ArchiveFile[], most: number) {
  const path = name.replace(/^(\.\/)+/, "");
  if (/^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes(".."))
    throw refused(where, "hold files under paths inside it only", JSON.stringify(name));
  if (type !== "file" && type !== "directory")
    throw refused(where, "hold files and folders only", `${JSON.stringify(name)}, a ${type}`);
  if (size > most)
    throw refused(where, `hold ${most} bytes at most`, `${JSON.stringify(name)} of ${size} bytes`, "oversize");
  const file = files.find((candidate) => candidate.path === path);
  if (file && (type !== "file" || size !== file.bytes))
    throw refused(where, `hold ${path} as a file of ${file.bytes} bytes`, `a ${type} of ${size}`);
  return file;
}

/** The archive's contents, decompressed, and an error at the first byte beyond `most`. */
async function* decompress(
  archive: string,
  where: string,
  most: number,
  signal: AbortSignal | undefined,
  onBytes: Progress | undefined,
) {
  const compressed = createReadStream(archive, { highWaterMark: 2 ** 18 });
  const contents = compressed.pipe(createGunzip({ chunkSize: 2 ** 18 }));
  compressed.once("error", (error) => contents.destroy(error));
  let length = 0;
  try {
    for await (const chunk of contents) {
      signal?.throwIfAborted();
      length += chunk.length;
      if (length > most) throw refused(where, `hold ${most} bytes at most, decompressed`, "more", "oversize");
      onBytes?.(compressed.bytesRead);
      yield chunk;
    }
  } catch (error) {
    throw isZlib(error) ? brokenGzip(where, compressed.bytesRead, error) : error;
  } finally {
    contents.destroy();
    if (!compressed.closed) await once(compressed.destroy(), "close");
  }
}

type Progress = (read: number) => void;

async function* noting<T>(items: AsyncIterable<T>, note: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    note(error);
    throw error;
  }
}

function damaged(where: string, error: unknown): DatasetError {
  const message = error instanceof Error ? error.message : String(error);
  const code = /truncated/i.test(message) ? "truncated" : "corrupt";
  const finding = { file: where, rule: "hold a whole tar archive", found: `"${message}"`, advice: "fetch it again" };
  return new DatasetError(code, finding, error);
}

function refused(file: string, rule: string, found: string, code: DatasetErrorCode = "wrong-format"): DatasetError {
  return new DatasetError(code, { file, rule, found, advice: "it is not the published archive: fetch that one" });
}
