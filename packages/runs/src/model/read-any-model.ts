import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { FileError, type LoadedModel } from "@weightcast/files";
import { fileModel, loadModel } from "@weightcast/files/node";

/**
 * Model of a file: one of Weightcast, or a layers model of TensorFlow.js, as its `model.json` or the folder of that.
 * @throws FileError if it can't be read, or is neither
 */
export async function readAnyModel(path: string): Promise<LoadedModel> {
  const folder = folderOf(path);
  if (folder === undefined) return loadModel(path);
  const handler = fileModel(folder);
  try {
    return { model: await loadLayersModel(handler) };
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(
      "FILE_UNUSABLE",
      `${path}: TensorFlow.js can't read it as a layers model: ${(error as Error).message}`,
    );
  }
}

/** Folder of a layers model; undefined for another file. */
function folderOf(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  if (!path.endsWith(".json")) return undefined;
  return existsSync(join(dirname(path), "model.json")) ? dirname(path) : undefined;
}
