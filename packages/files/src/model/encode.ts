import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/types";
import type { Quantization } from "../quantize/quantization";
import { type StoredType, storedOn } from "../quantize/stored";
import { typesName, typesToText } from "../quantize/types-text";
import { entryBytes, type FileTensor } from "../safetensors/dtypes";
import { writeSafetensors } from "../safetensors/write";
import { type Codec, gzip } from "./compress";
import { withDigest } from "./digest";
import { type ModelNotes, notesToTexts } from "./notes";
import { withShared } from "./shared-texts";

/** Version of the model file, which its metadata hold under the name "weightcast". */
export const version = 1;

/** Types of weights in TensorFlow.js, by the file's name. */
export const weightTypes = { F32: "float32", I32: "int32", BOOL: "bool" } as const;

/** How a model file is written. */
export interface WriteOptions {
  /** Types in which weights are held, as {@link quantization} chooses them. @default float32 for all */
  readonly quantization?: Quantization;
  /** Whether the file is compressed, by gzip. @default false, a file that every tool for safetensors reads */
  readonly compress?: boolean;
}

/**
 * Bytes of a model file: a safetensors file with every weight of the model under its name, and in its metadata the topology, the
 * dictionaries' recipes and fingerprints (as part of the topology), and the notes. A dictionary that its recipe recomputes takes
 * no bytes, and a long text that recipes repeat takes its bytes once. The same model gives the same bytes.
 *
 * @param codec that compresses @default gzip of the platform
 * @throws RangeError if the model has a weight of a type that the file has no name for, or the quantization is of another model
 */
export async function encodeModel(
  model: LayersModel,
  notes: ModelNotes = {},
  { quantization, compress = false }: WriteOptions = {},
  codec: Codec = gzip,
): Promise<Uint8Array> {
  const artifacts = await artifactsOf(model);
  const tensors = new Map<string, FileTensor>();
  const types = new Map<string, StoredType>();
  const add = (name: string, tensor: FileTensor) => {
    if (tensors.has(name)) throw new RangeError(`encodeModel: two weights would be named ${name}; rename a layer`);
    tensors.set(name, tensor);
  };
  for (const [name, tensor] of tensorsOf("encodeModel", artifacts)) {
    const { dtype, shape, bytes } = tensor;
    const grid = quantization?.get(name);
    if (!grid || grid.type === "float32" || dtype !== "F32") {
      add(name, tensor);
      continue;
    }
    const weight = storedOn(new Float32Array(bytes.slice().buffer), shape, grid, !compress);
    types.set(name, weight.stored);
    for (const [suffix, part] of weight.tensors) add(name + suffix, part);
  }
  const lost = [...(quantization?.keys() ?? [])].find((name) => !tensors.has(name));
  if (lost !== undefined)
    throw new RangeError(`encodeModel: quantization must be of this model; it has no weight ${lost}`);
  const shared = withShared(artifacts.modelTopology as object);
  const metadata = new Map<string, string>([
    ["format", "weightcast"],
    ["version", String(version)],
    ["model", JSON.stringify(shared.topology)],
    ...shared.metadata,
    ...(types.size > 0 ? [[typesName, typesToText(types)] as const] : []),
    ...notesToTexts(notes),
  ]);
  const file = writeSafetensors(await withDigest({ metadata, tensors }));
  return compress ? codec(file) : file;
}

/**
 * Weights that TensorFlow.js saves as tensors of a file, in its order.
 * @param who the caller's name, for the message
 * @throws RangeError if a weight has a type that the file has no name for
 */
export function tensorsOf(
  who: string,
  { weightSpecs = [], weightData }: Pick<io.ModelArtifacts, "weightSpecs" | "weightData">,
): [string, FileTensor][] {
  const data = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
  let at = 0;
  return weightSpecs.map(({ name, shape, dtype: type }) => {
    const dtype = (Object.keys(weightTypes) as (keyof typeof weightTypes)[]).find((key) => weightTypes[key] === type);
    if (!dtype) throw new RangeError(`${who}: weight ${name} must be float32, int32 or bool; got ${type}`);
    const bytes = data.subarray(at, at + entryBytes[dtype] * sizeOf(shape));
    at += bytes.length;
    return [name, { dtype, shape, bytes }];
  });
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
