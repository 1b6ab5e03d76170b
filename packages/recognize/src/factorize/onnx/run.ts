import { errorOf } from "@weightcast/convert/allocation";
import type { InferenceSession, InferenceSessionFactory, OnnxValue, Tensor } from "onnxruntime-common";

/** ONNX Runtime: the module `onnxruntime-node` or `onnxruntime-web`. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
}

/** Inputs of one run, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** Runs a file with each of the feeds; the results of one are gone before the next. */
export async function eachRun(
  { InferenceSession }: OnnxRuntime,
  bytes: Uint8Array,
  feeds: readonly Feeds[],
  see: (results: InferenceSession.OnnxValueMapType, index: number) => void,
): Promise<void> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    for (const [index, one] of feeds.entries()) see(await session.run(one), index);
  } finally {
    await session.release();
  }
}

/** Outputs of a file for all feeds: for each output of float32, those of all runs one after the other. */
export async function outputsOf(
  runtime: OnnxRuntime,
  bytes: Uint8Array,
  feeds: readonly Feeds[],
): Promise<readonly Float32Array[]> {
  const outputs = new Map<string, Float32Array[]>();
  await eachRun(runtime, bytes, feeds, (results) => {
    for (const [name, value] of Object.entries(results)) {
      const data = floatsOf(value);
      if (data) outputs.set(name, [...(outputs.get(name) ?? []), data.slice()]);
    }
  });
  return [...outputs.values()].map((runs) => {
    const width = runs[0]!.length;
    if (runs.some(({ length }) => length !== width))
      throw new RangeError("factorizeOnnx: samples must all give outputs of the same size; give inputs of one shape");
    const all = new Float32Array(width * runs.length);
    for (const [i, run] of runs.entries()) all.set(run, i * width);
    return all;
  });
}

/** Numbers of a value; undefined if they are not of float32. */
export const floatsOf = (value: OnnxValue): Float32Array | undefined => {
  const data = (value as Partial<Tensor>).data;
  return data instanceof Float32Array ? data : undefined;
};

/** E‖f̃(x) − f(x)‖² / E‖f(x) − E f(x)‖². */
export const outputError = (
  outputs: readonly Float32Array[],
  originals: readonly Float32Array[],
  count: number,
): number => errorOf("outputs", outputs, originals, count);
