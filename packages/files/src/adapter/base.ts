import type { LayersModel } from "@tensorflow/tfjs-layers";
import { placedIn } from "@weightcast/convert";
import { AdaptedLayer } from "@weightcast/core";
import { digestOf } from "../model/digest";
import type { FileTensor } from "../safetensors/dtypes";

/**
 * Fingerprint of a model's weights, without those of its adapters: the first 16 digits of the SHA-256 of all of them, in order. Names do
 * not count, so that two copies of a model have the same.
 *
 * @param without paths of layers that do not count, because an adapter replaces them whole
 */
export function fingerprintOfBase(model: LayersModel, without: ReadonlySet<string>): Promise<string> {
  const tensors = new Map<string, FileTensor>();
  for (const { path, layer } of placedIn(model)) {
    if (without.has(path)) continue;
    for (const weight of (layer instanceof AdaptedLayer ? layer.base : layer).weights) {
      const values = weight.read().dataSync() as Float32Array | Int32Array | Uint8Array;
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const dtype = weight.read().dtype === "float32" ? "F32" : "I32";
      tensors.set(String(tensors.size).padStart(8, "0"), { dtype, shape: weight.read().shape, bytes });
    }
  }
  return digestOf({ metadata: new Map(), tensors });
}
