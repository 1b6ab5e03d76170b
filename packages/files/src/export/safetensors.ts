import type { LayersModel } from "@tensorflow/tfjs-layers";
import { tensorsOf } from "../model/encode";
import { type ModelNotes, notesToTexts } from "../model/notes";
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
  const tensors = new Map(tensorsOf("toSafetensors", await toTfjs(model)));
  return writeSafetensors({ metadata: new Map(notesToTexts(notes)), tensors });
}
