import { once } from "node:events";
import { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { createTarDecoder, type TarHeader } from "modern-tar";
import { DatasetError, type DatasetErrorCode } from "../error";
import { openFile } from "../files/data-file";
import { brokenGzip, isZlib } from "../files/file-errors";
import type { Archive, ArchiveFile } from "./archive";

/** Options of {@link extract}. */
export interface Extraction {
  /** Name of the archive in errors. @default its path */
  readonly where?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the archive that have been read so far. */
  readonly onBytes?: Progress;
}

/**
 * Reads the requested files from a gzip-compressed tar archive, in one pass. The archive decides nothing: a file is
 * passed to `take` only under a requested name, at most once, and with exactly its known size; and no more is
 * decompressed than the archive is known to contain. Nothing is written here.
 *
 * @param take reads a file's bytes to their end
 * @throws DatasetError `truncated`, `corrupt`, `oversize`, `absent` or `wrong-format` if the archive is damaged, hostile,
 * or another one; by then, some files may have been passed to `take`
 */
export async function extract(
  archive: string,
  { files, rest }: Pick<Archive, "files" | "rest">,
  take: (file: ArchiveFile, bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  { where = archive, signal, onBytes }: Extraction = {},
): Promise<void> {
  const left = new Map(files.map((file) => [file.path, file]));
  const most = files.reduce((sum, { bytes }) => sum + bytes, rest);
  // The decoder throws the errors of its source too, so both are recorded where they arise.
  let sourceError: { readonly error: unknown } | undefined;
  let tarError: { readonly error: unknown } | undefined;
  const fromSource = (error: unknown) => {
    sourceError = { error };
  };
  const fromTar = (error: unknown) => {
    tarError = { error };
  };
  const tar = createTarDecoder({ strict: true });
  const source = recording(decompress(archive, where, most, signal, onBytes), fromSource);
  const pipe = ReadableStream.from(source).pipeTo(tar.writable);
  // Its errors appear below, through the entries.
  pipe.catch(() => {});
  try {
    for await (const { header, body } of recording(tar.readable, fromTar)) {
      const file = judge(where, header, files, most);
      if (!file) {
        // Read to its end, not cancelled: the decoder hangs if it has already received the whole body.
        for await (const _ of recording(body, fromTar));
        continue;
      }
      if (!left.delete(file.path)) throw refused(where, `hold ${file.path} once`, "it a second time");
      await take(file, recording(body, fromTar));
    }
  } catch (error) {
    if (sourceError) throw sourceError.error;
    throw tarError ? damaged(where, tarError.error) : error;
  } finally {
    // Afterwards the archive is closed and can be removed, on Windows too.
    await pipe.catch(() => {});
  }
  if (left.size > 0) throw refused(where, `hold ${[...left.keys()].join(", ")}`, "an archive without", "absent");
}

/** Requested file that an entry contains, if any. Throws if the entry does not belong in the archive. */
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

/** Decompressed contents of the archive; throws at the first byte beyond `most`. */
async function* decompress(
  archive: string,
  where: string,
  most: number,
  signal: AbortSignal | undefined,
  onBytes: Progress | undefined,
) {
  const { handle } = await openFile(archive);
  const compressed = handle.createReadStream({ start: 0, highWaterMark: 2 ** 18 });
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

async function* recording<T>(items: AsyncIterable<T>, record: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    record(error);
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
