import { readIntegers } from "../../quantize/stored";
import { typesIn, typesName } from "../../quantize/types-text";
import { readSafetensors } from "../../safetensors/read";
import { isInteger, isWeightType } from "../../types";
import type { QuantizedWeight } from "./quantized";

/**
 * Weights that a model file holds as integers of 2 to 8 bits, by name, for the option `quantized` of `toOnnx`. An ONNX file then holds
 * them as bytes with their scales, not as float32.
 *
 * @param bytes of the model file, without its compression
 * @throws FileError `FILE_DAMAGED` if they are no safetensors file
 */
export function integersIn(bytes: Uint8Array, file = "model file"): ReadonlyMap<string, QuantizedWeight> {
  const { metadata, tensors } = readSafetensors(bytes, file);
  const found = new Map<string, QuantizedWeight>();
  for (const [name, stored] of typesIn(metadata.get(typesName)) ?? []) {
    if (!isWeightType(stored.type) || !isInteger(stored.type)) continue;
    const weight = readIntegers(name, stored, tensors);
    if (typeof weight === "string") continue;
    const axis = weight.scaleShape.flatMap((length, i) => (length === 1 ? [] : [i]));
    found.set(name, { values: weight.codes, scale: weight.scale, axis });
  }
  return found;
}
