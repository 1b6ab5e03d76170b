import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunSpec } from "../spec";

/**
 * Data as a network takes them: the images of a folder, which may be of any size, in its size and colors unless others are asked for. Data
 * sets and other files have a size of their own.
 * @param shape of the network's images, if it is known
 * @param from folder that a relative path starts from
 */
export function imagesLike(data: RunSpec["data"], shape: readonly number[] | undefined, from: string): RunSpec["data"] {
  if (data.folder === undefined || !shape) return data;
  if (!isFolder(join(resolve(from, data.folder), "train"))) return data;
  const [height = 1, width = 1, channels = 1] = shape;
  return { size: [height, width], channels: channels === 3 ? 3 : 1, ...data };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // its reader says why
  }
}
