import type { Fingerprint } from "@weightcast/dictionary";
import type { FileTensor } from "../safetensors/dtypes";

/** Numbers of a fingerprint that an adapter's file keeps: the norm, and as many projections as tell two matrices apart. */
const kept = 5;

/** Largest difference of two fingerprints of the same atoms, relative to the norm: that of rounding. */
const tolerance = 1e-4;

const short = ({ norm, projections }: Fingerprint): number[] => [norm, ...projections.slice(0, kept - 1)];

/** Fingerprints of one layer's atoms after the other, as a tensor [fingerprints, 5]. */
export function printsToTensor(prints: readonly Fingerprint[]): FileTensor {
  const values = Float32Array.from(prints.flatMap(short));
  return { dtype: "F32", shape: [prints.length, kept], bytes: new Uint8Array(values.buffer) };
}

/** Fingerprints in a tensor; undefined if it is none of fingerprints. */
export function printsIn(tensor: FileTensor | undefined): readonly (readonly number[])[] | undefined {
  if (tensor?.dtype !== "F32" || tensor.shape.length !== 2 || tensor.shape[1] !== kept) return undefined;
  const values = new Float32Array(tensor.bytes.slice().buffer);
  return Array.from({ length: tensor.shape[0]! }, (_, i) => [...values.subarray(i * kept, (i + 1) * kept)]);
}

/** Whether a fingerprint is that of a file, up to rounding. */
export const isSame = (saved: readonly number[] | undefined, print: Fingerprint): boolean =>
  saved !== undefined && short(print).every((value, i) => Math.abs(value - saved[i]!) <= tolerance * print.norm);
