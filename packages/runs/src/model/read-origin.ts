import { readSafetensors } from "@weightcast/files";
import { readModelFile } from "@weightcast/files/node";
import type { Json } from "@weightcast/types";
import { type Origin, runOf } from "./origin";

/**
 * Run that a model file came from, if it says so, without making the model.
 * @throws FileError if it can't be read, or is no safetensors file
 */
export async function readOrigin(path: string): Promise<Origin | undefined> {
  const { metadata } = readSafetensors(await readModelFile(path), path);
  // An adapter has one, too, and is no network that a run could start from; `loadModel` says so.
  if (metadata.get("format") !== "weightcast") return undefined;
  try {
    return runOf(JSON.parse(metadata.get("origin") ?? "null") as Json);
  } catch {
    return undefined; // `loadModel` says that the file is damaged
  }
}
