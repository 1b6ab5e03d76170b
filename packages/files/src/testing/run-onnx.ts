import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import * as node from "onnxruntime-node";

/** Seeded inputs of a model, `count` of each, from 0 to `most`. */
export function inputsFor(model: LayersModel, count: number, most = 1): tf.Tensor[] {
  return model.inputs.map(({ shape }, i) => {
    const lengths = [count, ...(shape.slice(1) as number[])];
    const random = stream(3, `images/${i}`);
    return tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(lengths) }, () => most * random.uniform()),
      lengths,
    );
  });
}

/** Outputs of an ONNX file, by ONNX Runtime, in the order of the file. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: readonly tf.Tensor[],
  { InferenceSession, Tensor }: Pick<typeof node, "InferenceSession" | "Tensor"> = node,
): Promise<{ readonly names: readonly string[]; readonly outputs: readonly Float32Array[] }> {
  const session = await InferenceSession.create(bytes);
  try {
    const feeds = Object.fromEntries(
      session.inputNames.map((name, i) => [
        name,
        new Tensor("float32", inputs[i]!.dataSync<"float32">(), inputs[i]!.shape),
      ]),
    );
    const results = await session.run(feeds);
    return {
      names: session.outputNames,
      outputs: session.outputNames.map((name) => results[name]!.data as Float32Array),
    };
  } finally {
    await session.release();
  }
}

/** Outputs of a model by TensorFlow.js. */
export const outputsOf = (model: LayersModel, inputs: tf.Tensor[]): Float32Array[] =>
  tf.tidy(() => [model.predict(inputs) as tf.Tensor | tf.Tensor[]].flat().map((y) => y.dataSync<"float32">().slice()));

/** Largest difference of numbers, relative to the largest of those expected. */
export function difference(found: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0) / largest;
}
