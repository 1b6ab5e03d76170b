import { readFileSync } from "node:fs";
import { stream } from "@weightcast/random";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Simplified } from "../simplified";
import type { NumberType } from "../tensors/number-type";
import type { Tensor as FoundTensor, TensorFile } from "../tensors/tensor";

/** ONNX file that fixtures/models.py has written. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));

/** Outputs of an ONNX file by ONNX Runtime, as numbers; those of float16 as their bits. */
export async function runOnnx(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Tensor>> = {},
): Promise<ReadonlyMap<string, readonly number[]>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const results = await session.run(feeds);
    return new Map(
      session.outputNames.map((name) => [name, Array.from(results[name]!.data as Iterable<number>, Number)]),
    );
  } finally {
    await session.release();
  }
}

export const floats = (values: Float32Array, dims: readonly number[]): Tensor => new Tensor("float32", values, dims);

export const flag = (value: boolean): Tensor => new Tensor("bool", Uint8Array.of(Number(value)), []);

/** Largest difference of numbers. */
export const difference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? a.reduce((most, value, i) => (value === b[i] ? most : Math.max(most, Math.abs(value - b[i]!))), 0)
    : Number.NaN;

/** Seeded normal numbers. */
export function normal(name: string, count: number): Float32Array {
  const random = stream(16, name);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** File of float32 tensors as others would have read it. */
export const fileOf = (
  tensors: Readonly<Record<string, readonly [shape: readonly number[], values: Float32Array]>>,
): TensorFile => ({
  ...{ format: "safetensors", precision: "float64", bytes: 0, region: () => "", cost: () => 0 },
  tensors: Object.entries(tensors).map(([name, [shape, values]]): FoundTensor => {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return { name, shape, type: "float32" satisfies NumberType, bytes: data.length, uses: [], data: () => data };
  }),
});

/** A file of a simplified model. */
export const fileIn = ({ files }: Simplified, name: string): Uint8Array =>
  files.find((file) => file.name === name)!.bytes;
