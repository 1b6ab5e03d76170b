import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batches, countOf, outputsOf, type Samples, sliced } from "../factorize/watch";

/**
 * Error of a changed model: of its outputs, relative to the original's, E‖f̃(x) − f(x)‖² / E‖f(x) − E f(x)‖²; of its classes, the part of
 * the samples for which the largest output is another one; or a function of the outputs, each [count, …] row-major.
 */
export type Measure =
  | "outputs"
  | "classes"
  | ((outputs: readonly Float32Array[], originals: readonly Float32Array[], count: number) => number);

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

/** Error of outputs by a {@link Measure}. */
export function errorOf(
  measure: Measure,
  outputs: readonly Float32Array[],
  originals: readonly Float32Array[],
  count: number,
): number {
  if (typeof measure === "function") return measure(outputs, originals, count);
  return measure === "classes" ? disagreement(outputs, originals, count) : relativeError(outputs, originals, count);
}

function relativeError(outputs: readonly Float32Array[], originals: readonly Float32Array[], count: number): number {
  let [error, total] = [0, 0];
  for (const [i, original] of originals.entries()) {
    const width = original.length / count;
    const means = new Float64Array(width);
    for (let at = 0; at < original.length; at++) means[at % width]! += original[at]! / count;
    for (let at = 0; at < original.length; at++) {
      error += (outputs[i]![at]! - original[at]!) ** 2;
      total += (original[at]! - means[at % width]!) ** 2;
    }
  }
  return total > 0 ? error / total : error > 0 ? Infinity : 0;
}

function disagreement([outputs]: readonly Float32Array[], [originals]: readonly Float32Array[], count: number): number {
  const width = originals!.length / count;
  let other = 0;
  for (let row = 0; row < count; row++) if (largest(outputs!, row, width) !== largest(originals!, row, width)) other++;
  return other / count;
}

function largest(values: Float32Array, row: number, width: number): number {
  let best = row * width;
  for (let at = best; at < (row + 1) * width; at++) if (values[at]! > values[best]!) best = at;
  return best - row * width;
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
