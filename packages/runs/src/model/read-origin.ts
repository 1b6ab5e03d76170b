import { readFile } from "node:fs/promises";
import { FileError, readSafetensors, uncompressed } from "@weightcast/files";
import type { Json } from "@weightcast/types";
import { type Origin, runOf } from "./origin";

/**
 * Run that a model file came from, if it says so, without making the model.
 * @throws FileError if it can't be read, or is no safetensors file
 */
export async function readOrigin(path: string): Promise<Origin | undefined> {
  const { metadata } = readSafetensors(await uncompressed(await bytesOf(path), { file: path }), path);
  try {
    return runOf(JSON.parse(metadata.get("origin") ?? "null") as Json);
  } catch {
    return undefined; // `loadModel` says that the file is damaged
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new FileError("FILE_ABSENT", `${path}: there is no such file; give the path of a saved model`, error);
    throw new FileError("FILE_UNREADABLE", `${path}: it can't be read: ${message}`, error);
  }
}
