import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { io } from "@tensorflow/tfjs-core";
import { writeWhole } from "@weightcast/disk";
import { FileError } from "../error";
import { readWhole } from "../model/disk";

/**
 * Save and load handler of TensorFlow.js for a folder on the disk, as `file://` is in tfjs-node, which this does not need:
 * `model.save(fileModel("dir/"))` writes `model.json` and `weights.bin`, and `loadLayersModel(fileModel("dir/"))` reads them, or
 * any other layers model that TensorFlow.js or its converter wrote there. A model that is there is replaced as a whole or not at all: the
 * weights of the new one get a name of their own, `model.json` is then replaced at once, and the old weights removed.
 *
 * @param folder of `model.json`; created if missing
 * @returns handler whose `save` throws a DiskError, and whose `load` throws a FileError: `FILE_ABSENT`, `FILE_UNREADABLE`, or
 *   `FILE_DAMAGED` if `model.json` is no layers model, or the weights are shorter than it says
 */
export const fileModel = (folder: string): Required<Pick<io.IOHandler, "save" | "load">> => ({
  async save(artifacts) {
    const { weightData, weightSpecs = [], ...rest } = artifacts;
    const bytes = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
    const path = join(folder, "model.json");
    const old = await weightsOf(path);
    const name = old.length === 0 ? "./weights.bin" : `./weights-${digest(bytes)}.bin`;
    await writeWhole(join(folder, name), bytes);
    await writeWhole(path, JSON.stringify({ ...rest, weightsManifest: [{ paths: [name], weights: weightSpecs }] }));
    for (const other of old) if (other !== name) await rm(join(folder, other), { force: true });
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON({ ...artifacts, weightData: bytes.buffer }) };
  },
  async load() {
    const path = join(folder, "model.json");
    const json = modelIn(await readWhole(path), path);
    return io.getModelArtifactsForJSON(json, async (manifest) => {
      const specs = io.getWeightSpecs(manifest);
      const files = manifest.flatMap(({ paths }) => paths).map((name) => weightsPath(folder, name, path));
      const parts = await Promise.all(files.map(readWhole));
      return [specs, Uint8Array.from(Buffer.concat(parts)).buffer];
    });
  },
});

/** Files of weights that `save` has written for the model that is there. */
async function weightsOf(path: string): Promise<readonly string[]> {
  try {
    const { weightsManifest } = modelIn(await readFile(path), path);
    return weightsManifest
      .flatMap(({ paths }) => paths)
      .filter((name) => /^\.\/weights(-[0-9a-f]{12})?\.bin$/.test(name));
  } catch {
    return [];
  }
}

/** Twelve digits that differ for other bytes. */
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 12);

function modelIn(bytes: Uint8Array, path: string): io.ModelJSON {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Partial<io.ModelJSON>;
    if (typeof json.modelTopology === "object" && json.modelTopology !== null && Array.isArray(json.weightsManifest))
      return json as io.ModelJSON;
  } catch {}
  throw new FileError(
    "FILE_DAMAGED",
    `${path}: must be a layers model of TensorFlow.js, with modelTopology and weightsManifest`,
  );
}

/** Path of a file of weights, which lies in the folder or below. */
function weightsPath(folder: string, name: string, path: string): string {
  if (typeof name !== "string" || name.startsWith("/") || name.split(/[\\/]/).includes(".."))
    throw new FileError(
      "FILE_DAMAGED",
      `${path}: the paths of its weights must lie in its folder; got ${JSON.stringify(name)}`,
    );
  return join(folder, name);
}
