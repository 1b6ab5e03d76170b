import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Adapted } from "@weightcast/convert";
import { writeWhole } from "@weightcast/disk";
import { readWhole } from "../model/disk";
import { smallestGzip } from "../model/smallest-gzip";
import { type AdapterReadOptions, decodeAdapter, type LoadedAdapter } from "./decode";
import { type AdapterWriteOptions, encodeAdapter } from "./encode";

/**
 * Saves an adapter as a file, whole or not at all: `encodeAdapter` with the most effort that zlib of Node has.
 *
 * @param path of the file, such as `clothes.safetensors.gz`; missing folders are created
 * @param name of the adapter @default the active one
 * @throws DiskError if it can't be written; RangeError as `encodeAdapter`
 */
export async function saveAdapter(
  path: string,
  adapted: Adapted,
  name?: string,
  options?: AdapterWriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeAdapter(adapted, name, options, smallestGzip));
}

/**
 * Adapter of a file, put on the model that it was made for: `decodeAdapter` of its bytes.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if it can't be read; otherwise as `decodeAdapter`
 */
export async function loadAdapter(
  path: string,
  model: LayersModel | Adapted,
  options: Omit<AdapterReadOptions, "file"> = {},
): Promise<LoadedAdapter> {
  return decodeAdapter(model, await readWhole(path), { file: path, ...options });
}
