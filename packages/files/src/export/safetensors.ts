import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { weightTypes } from "../model/encode";
import { type ModelNotes, notesToTexts } from "../model/notes";
import { type Dtype, entryBytes, type FileTensor } from "../safetensors/dtypes";
import { writeSafetensors } from "../safetensors/write";
import { toTfjs } from "./tfjs";

/**
 * Safetensors file of a model's merged weights, each under its name, in the shapes of tf.layers: a kernel is [n_v, n_h] or
 * [height, width, C, filters]. Any reader of safetensors reads it; it does not say how the layers are connected.
 *
 * @param notes go into the metadata, as JSON
 * @throws RangeError if the model has a weight of a type that the file has no name for
 */
export async function toSafetensors(model: LayersModel, notes: ModelNotes = {}): Promise<Uint8Array> {
  const { weightSpecs = [], weightData } = await toTfjs(model);
  const data = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
  const tensors = new Map<string, FileTensor>();
  let at = 0;
  for (const { name, shape, dtype: type } of weightSpecs) {
    const dtype = dtypeOf(name, type);
    const size = shape.reduce((product, count) => product * count, entryBytes[dtype]);
    tensors.set(name, { dtype, shape, bytes: data.subarray(at, at + size) });
    at += size;
  }
  return writeSafetensors({ metadata: new Map(notesToTexts(notes)), tensors });
}

function dtypeOf(name: string, type: string): Dtype {
  const found = (Object.keys(weightTypes) as (keyof typeof weightTypes)[]).find((key) => weightTypes[key] === type);
  if (found) return found;
  throw new RangeError(`toSafetensors: weight ${name} must be float32, int32 or bool; got ${type}`);
}
