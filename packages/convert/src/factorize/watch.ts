import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Layer } from "../model/parts";

/** Examples that a model is run on: a tensor for each of its inputs. */
export type Samples = tf.Tensor | readonly tf.Tensor[];

/** Examples that are run at a time. */
const batch = 32;

/** Number of examples. */
export const countOf = (samples: Samples): number => tensorsOf(samples)[0]!.shape[0]!;

const tensorsOf = (samples: Samples): readonly tf.Tensor[] =>
  Array.isArray(samples) ? samples : [samples as tf.Tensor];

/**
 * Checks that there are examples for each input of a model.
 * @throws RangeError if a tensor is missing, empty or of another shape than the input
 */
export function checkSamples(who: string, model: LayersModel, samples: Samples): void {
  const tensors = tensorsOf(samples);
  const shown = (shape: readonly (number | null)[]) => `[${shape.map((size) => size ?? "any").join(", ")}]`;
  if (tensors.length !== model.inputs.length)
    throw new RangeError(
      `${who}: samples must be a tensor for each of the model's ${model.inputs.length} inputs; got ${tensors.length}`,
    );
  for (const [i, { shape }] of model.inputs.entries()) {
    const got = tensors[i]!.shape;
    const fits =
      got.length === shape.length && shape.every((size, axis) => axis === 0 || size === null || size === got[axis]);
    if (!fits) throw new RangeError(`${who}: samples of input ${i + 1} must be ${shown(shape)}; got ${shown(got)}`);
    if (got[0] === 0 || got[0] !== countOf(samples))
      throw new RangeError(`${who}: samples must be as many for each input, and at least one; got ${got[0]}`);
  }
}

/** Examples [from, to). Fresh tensors. */
export const sliced = (samples: Samples, from: number, to: number): tf.Tensor[] =>
  tensorsOf(samples).map((tensor) => tf.slice(tensor, from, to - from));

/** Bounds of the batches of so many examples. */
export function* batches(count: number): Generator<readonly [number, number]> {
  for (let from = 0; from < count; from += batch) yield [from, Math.min(count, from + batch)];
}

/** Outputs of a model on a batch, one after the other as numbers. */
export function outputsOf(model: LayersModel, inputs: tf.Tensor[]): Float32Array[] {
  const outputs = tf.tidy(() => [model.predictOnBatch(inputs.length === 1 ? inputs[0]! : inputs)].flat());
  const values = outputs.map((output) => output.dataSync<"float32">().slice());
  tf.dispose(outputs);
  return values;
}

/**
 * Runs a model on a batch and calls `visit` with each input that the layer gets: several, if the model uses it several times.
 * The input is disposed after the call.
 */
export function watch(model: LayersModel, layer: Layer, inputs: tf.Tensor[], visit: (x: tf.Tensor) => void): void {
  // Convolutions of tf.layers do not call the hook of `setCallHook`.
  const own = Object.getOwnPropertyDescriptor(layer, "call");
  const call = layer.call.bind(layer);
  layer.call = (x, kwargs) => {
    visit(Array.isArray(x) ? x[0]! : x);
    return call(x, kwargs);
  };
  try {
    tf.tidy(() => void model.predictOnBatch(inputs.length === 1 ? inputs[0]! : inputs));
  } finally {
    if (own) Object.defineProperty(layer, "call", own);
    else Reflect.deleteProperty(layer, "call");
  }
}
