import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batches, countOf, outputsOf, type Samples, sliced } from "../factorize/watch";

/** Outputs of a model for all samples: for each output, [count, …]. */
export function allOutputs(model: LayersModel, samples: Samples): Float32Array[] {
  const parts: Float32Array[][] = [];
  for (const [from, to] of batches(countOf(samples))) {
    const inputs = sliced(samples, from, to);
    parts.push(outputsOf(model, inputs));
    tf.dispose(inputs);
  }
  return parts[0]!.map((_, i) => joined(parts.map((outputs) => outputs[i]!)));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
