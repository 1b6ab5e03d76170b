import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leaves } from "./model-layers";

/** The random numbers of one call of a layer in a training step. */
export interface Noise {
  /** The layer's name. */
  readonly layer: string;
  /** `null` is the size of the batch. */
  readonly shape: readonly (number | null)[];
  /** `kept`: 0 with probability `rate`, otherwise 1 / (1 − rate); `normal`: from the standard normal distribution. */
  readonly kind: "kept" | "normal";
  /** In (0, 1); of `kept`. */
  readonly rate: number;
}

/** What tf.layers' noisy layers have; TensorFlow.js declares it private. */
interface NoisyLayer extends tfl.layers.Layer {
  readonly rate: number;
  readonly stddev: number;
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** How a layer's call in training depends on its noise, n. */
interface Rule {
  readonly kind: Noise["kind"];
  /** Shape of the noise, the batch's size being `null`. @default the layer's `noiseShape`, else the input's */
  shape?(input: readonly number[]): (number | null)[];
  call(input: tf.Tensor, noise: tf.Tensor, layer: NoisyLayer): tf.Tensor;
}

const masked: Rule["call"] = (input, noise) => tf.mul(input, noise);
/** Where SELU ends on the left, −λ α: what AlphaDropout puts in place of a unit. (TensorFlow.js's has the sign wrong.) */
const floor = -1.6732632423543772 * 1.0507009873554805;

const rules: { readonly [className: string]: Rule } = {
  Dropout: { kind: "kept", call: masked },
  SpatialDropout1D: { kind: "kept", shape: ([, , channels]) => [null, 1, channels!], call: masked },
  AlphaDropout: {
    kind: "kept",
    call(input, noise, { rate }) {
      const scale = ((1 - rate) * (1 + rate * floor ** 2)) ** -0.5;
      const kept = tf.mul(noise, 1 - rate);
      return tf.add(tf.mul(tf.add(tf.mul(tf.sub(input, floor), kept), floor), scale), -scale * floor * rate);
    },
  },
  GaussianNoise: { kind: "normal", call: (input, noise, { stddev }) => tf.add(input, tf.mul(noise, stddev)) },
  GaussianDropout: {
    kind: "normal",
    call: (input, noise, { rate }) => tf.mul(input, tf.add(tf.mul(noise, Math.sqrt(rate / (1 - rate))), 1)),
  },
};

/**
 * The noise that a step of a model wants, in the order of the calls of its dropout and noise layers. Found by running
 * the model once, on one sample of zeros.
 * @param inputShape of one sample
 */
export function noiseOf(model: tfl.LayersModel, inputShape: readonly number[]): readonly Noise[] {
  if (noisyLayers(model).length === 0) return [];
  const found: Noise[] = [];
  tf.tidy(() => {
    withCalls(
      model,
      (layer, input) => {
        const { name, rate, noiseShape } = layer;
        const { kind, shape } = ruleOf(layer)!;
        const given = shape?.(input.shape) ?? noiseShape ?? [null, ...input.shape.slice(1)];
        const sizes = given.map((size, axis) => size ?? (axis === 0 ? null : input.shape[axis]!));
        found.push({ layer: name, shape: sizes, kind, rate });
        return input;
      },
      () => model.apply(tf.zeros([1, ...inputShape])),
    );
  });
  return found;
}

/**
 * Runs a body with the model's noisy layers computing from given tensors, as many as they are called.
 * @throws RangeError if the tensors are not as many
 */
export function withNoise<T>(model: tfl.LayersModel, noise: readonly tf.Tensor[], body: () => T): T {
  let calls = 0;
  const result = withCalls(
    model,
    (layer, input) => {
      const given = noise[calls++];
      return given ? ruleOf(layer)!.call(input, given, layer) : input;
    },
    body,
  );
  if (calls !== noise.length)
    throw new RangeError(
      `createStep: the model's dropout and noise layers are called ${calls} times, and each wants a tensor of noise; got ${noise.length}; see noiseOf`,
    );
  return result;
}

/** Runs a body with another `call` in the model's noisy layers. */
function withCalls<T>(
  model: tfl.LayersModel,
  call: (layer: NoisyLayer, input: tf.Tensor) => tf.Tensor,
  body: () => T,
): T {
  const layers = noisyLayers(model);
  for (const layer of layers)
    layer.call = (inputs) => tf.tidy(() => call(layer, Array.isArray(inputs) ? inputs[0]! : inputs));
  try {
    return body();
  } finally {
    for (const layer of layers) delete (layer as Partial<NoisyLayer>).call; // the class's own again
  }
}

const ruleOf = (layer: tfl.layers.Layer): Rule | undefined => rules[layer.getClassName()];

/** At other rates than these, TensorFlow.js's layers pass their input on. */
function noisyLayers(model: tfl.LayersModel): NoisyLayer[] {
  return (leaves(model) as NoisyLayer[]).filter(
    (layer) => ruleOf(layer) && (layer.getClassName() === "GaussianNoise" || (layer.rate > 0 && layer.rate < 1)),
  );
}
