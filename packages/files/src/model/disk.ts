import { readFile } from "node:fs/promises";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { writeWhole } from "@weightcast/disk";
import { FileError } from "../error";
import { decodeModel, type LoadedModel, type ReadOptions, uncompressed } from "./decode";
import { encodeModel, type WriteOptions } from "./encode";
import type { ModelNotes } from "./notes";
import { smallestGzip } from "./smallest-gzip";

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

/**
 * Model of a file: `decodeModel` of its bytes.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if it can't be read; otherwise as `decodeModel`
 */
export async function loadModel(path: string, options: Omit<ReadOptions, "file"> = {}): Promise<LoadedModel> {
  return decodeModel(await readWhole(path), { file: path, ...options });
}

/**
 * Bytes of a model file as safetensors, without its compression.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if it can't be read; otherwise as `uncompressed`
 */
export const readModelFile = async (path: string): Promise<Uint8Array> =>
  uncompressed(await readWhole(path), { file: path });

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
