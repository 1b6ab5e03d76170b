import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { FileTensor } from "../safetensors/dtypes";
import { writeSafetensors } from "../safetensors/write";
import { type ModelNotes, notesToTexts } from "./notes";

/** Version of the model file, which its metadata hold under the name "weightcast". */
export const version = 1;

/** Types of weights in TensorFlow.js, by the file's name. */
export const weightTypes = { F32: "float32", I32: "int32", BOOL: "bool" } as const;

/**
 * Bytes of a model file: a safetensors file with every weight of the model under its name, and in its metadata the topology, the
 * dictionaries' recipes and fingerprints (as part of the topology), and the notes. A dictionary that its recipe recomputes takes
 * no bytes. The same model gives the same bytes.
 *
 * @throws RangeError if the model has a weight of a type that the file has no name for
 */
export async function encodeModel(model: LayersModel, notes: ModelNotes = {}): Promise<Uint8Array> {
  const { modelTopology, weightSpecs = [], weightData } = await artifactsOf(model);
  const data = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
  const tensors = new Map<string, FileTensor>();
  let at = 0;
  for (const { name, shape, dtype } of weightSpecs) {
    const type = (Object.keys(weightTypes) as (keyof typeof weightTypes)[]).find((key) => weightTypes[key] === dtype);
    if (!type) throw new RangeError(`encodeModel: weight ${name} must be float32, int32 or bool; got ${dtype}`);
    const size = shape.reduce((product, count) => product * count, type === "BOOL" ? 1 : 4);
    tensors.set(name, { dtype: type, shape, bytes: data.subarray(at, at + size) });
    at += size;
  }
  const metadata = new Map([
    ["format", "weightcast"],
    ["version", String(version)],
    ["model", JSON.stringify(modelTopology)],
    ...notesToTexts(notes),
  ]);
  return writeSafetensors({ metadata, tensors });
}

/** What TensorFlow.js saves of a model. */
async function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return saved!;
}
