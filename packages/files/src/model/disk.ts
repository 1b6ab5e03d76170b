import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, gzip, type ZlibOptions } from "node:zlib";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { writeWhole } from "@weightcast/disk";
import { FileError } from "../error";
import { decodeModel, type LoadedModel, type ReadOptions } from "./decode";
import { encodeModel, type WriteOptions } from "./encode";
import type { ModelNotes } from "./notes";

/**
 * Saves a model as a file, whole or not at all: the file that was there stays until the new one is on the disk.
 *
 * @param path of the file, such as `digits.safetensors`; missing folders are created
 * @throws DiskError if it can't be written; RangeError as `encodeModel`
 */
export async function saveModel(
  path: string,
  model: LayersModel,
  notes?: ModelNotes,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeSmall(model, notes, options));
}

/**
 * Bytes of a model file as `encodeModel` gives them, but with the most effort that zlib of Node has if they are compressed.
 *
 * @throws RangeError as `encodeModel`
 */
export const encodeSmall = (model: LayersModel, notes?: ModelNotes, options?: WriteOptions): Promise<Uint8Array> =>
  encodeModel(model, notes, options, smallestGzip);

/** Strategies of zlib: matches and codes, matches of few bytes, codes alone. Which one is smallest depends on the weights. */
const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY } = constants;

/** gzip with the most effort that zlib has. */
async function smallestGzip(bytes: Uint8Array): Promise<Uint8Array> {
  const tried = await Promise.all(
    [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY].map((strategy) =>
      gzipped(bytes, { level: 9, memLevel: 9, strategy }),
    ),
  );
  return tried.reduce((least, next) => (next.length < least.length ? next : least));
}

const gzipped = promisify<Uint8Array, ZlibOptions, Buffer>(gzip);

/**
 * Model of a file: `decodeModel` of its bytes.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if it can't be read; otherwise as `decodeModel`
 */
export async function loadModel(path: string, options: Omit<ReadOptions, "file"> = {}): Promise<LoadedModel> {
  return decodeModel(await readWhole(path), { file: path, ...options });
}

/** Bytes of a file. @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new FileError("FILE_ABSENT", `${path}: there is no such file; give the path of a saved model`, error);
    throw new FileError("FILE_UNREADABLE", `${path}: it can't be read: ${message}`, error);
  }
}
