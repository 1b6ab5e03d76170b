import { FileError, type FileTensor, readSafetensors, writeSafetensors } from "@weightcast/files/safetensors";
import { jsonIn, sizeOf } from "@weightcast/types";
import { bytesOf } from "../../tensors/bytes";
import { factorsKey } from "./factorize-safetensors";

/**
 * Safetensors file with the products of {@link factorizeSafetensors} formed: the names and shapes of the original.
 *
 * @param file name for the messages
 * @throws FileError `FILE_DAMAGED` if the file breaks a rule of the format, or its factors don't fit each other
 * @throws RangeError if the file has no factors
 */
export function mergeSafetensors(bytes: Uint8Array, file = "safetensors"): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const text = metadata.get(factorsKey);
  if (text === undefined)
    throw new RangeError(
      `mergeSafetensors: the file must have factors, as factorizeSafetensors writes them; ${file} has none in its metadata`,
    );
  const notes = jsonIn(text);
  if (typeof notes !== "object" || notes === null)
    throw new FileError("FILE_DAMAGED", `${file}: its metadata ${factorsKey} must be an object; it is damaged`);
  const merged = new Map(tensors);
  for (const [name, note] of Object.entries(notes)) {
    const [u, v] = [tensors.get(`${name}.U`), tensors.get(`${name}.V`)];
    const shape = (note as { readonly shape?: unknown } | null)?.shape;
    const weights = u && v && Array.isArray(shape) ? productOf(u, v, shape as number[]) : undefined;
    if (!weights)
      throw new FileError("FILE_DAMAGED", `${file}: ${name}.U and ${name}.V must be factors of ${name}; it is damaged`);
    merged.delete(`${name}.U`);
    merged.delete(`${name}.V`);
    merged.set(name, weights);
  }
  const rest = new Map(metadata);
  rest.delete(factorsKey);
  return writeSafetensors({ metadata: rest, tensors: merged });
}

/** W = U V in float64, rounded to float32; undefined if the shapes don't fit. */
function productOf(u: FileTensor, v: FileTensor, shape: readonly number[]): FileTensor | undefined {
  const rank = u.shape.at(-1);
  const fits = [...u.shape.slice(0, -1), ...v.shape.slice(1)];
  if (u.dtype !== "F32" || v.dtype !== "F32" || rank === undefined || rank !== v.shape[0]) return undefined;
  if (fits.length !== shape.length || fits.some((length, axis) => length !== shape[axis])) return undefined;
  const [a, b] = [floats(u), floats(v)];
  const [rows, cols] = [sizeOf(u.shape.slice(0, -1)), sizeOf(v.shape.slice(1))];
  const result = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < rank; k++) {
      const factor = a[i * rank + k]!;
      for (let j = 0; j < cols; j++) result[i * cols + j]! += factor * b[k * cols + j]!;
    }
  return { dtype: "F32", shape, bytes: bytesOf(result, "float32") };
}

/** Entries as numbers; a copy, because a file's bytes need not be aligned. */
const floats = ({ bytes }: FileTensor): Float32Array => new Float32Array(bytes.slice().buffer);
