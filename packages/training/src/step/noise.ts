import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import { checkModel } from "../arguments/model";
import { layerStates, statefulBatch, withStates } from "./layer-states";
import { dropoutCells, type MaskSource, withMasks } from "./recurrent-dropout";

/** Random numbers that one call of a layer needs in a training step. A recurrent layer may need several tensors. */
export interface Noise {
  /** The layer's name. */
  readonly layer: string;
  /** Shape of the tensor of random numbers; `null` stands for the size of the batch. */
  readonly shape: readonly (number | null)[];
  /** `kept`: 0 with probability `rate`, otherwise 1 / (1 − rate); `normal`: from the standard normal distribution. */
  readonly kind: "kept" | "normal";
  /** Probability of 0, in (0, 1); only for `kept`. */
  readonly rate: number;
}

/** Fields of the noisy layers of tf.layers; TensorFlow.js declares them private. */
interface NoisyLayer extends tfl.layers.Layer {
  readonly rate: number;
  readonly stddev: number;
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Dependence of a layer's call in training on its noise. */
interface Rule {
  readonly kind: Noise["kind"];
  /** Shape of the noise; `null` for the size of the batch. @default the layer's `noiseShape`, or the input's shape */
  shape?(input: readonly number[]): (number | null)[];
  call(input: tf.Tensor, noise: tf.Tensor, layer: NoisyLayer): tf.Tensor;
}

const masked: Rule["call"] = (input, noise) => tf.mul(input, noise);
/** Left limit of SELU, −λ α: AlphaDropout's value for a dropped unit. (TensorFlow.js's own has the wrong sign.) */
const seluLimit = -1.6732632423543772 * 1.0507009873554805;

const rules: { readonly [className: string]: Rule } = {
  Dropout: { kind: "kept", call: masked },
  SpatialDropout1D: { kind: "kept", shape: ([, , channels]) => [null, 1, channels!], call: masked },
  AlphaDropout: {
    kind: "kept",
    call(input, noise, { rate }) {
      const scale = ((1 - rate) * (1 + rate * seluLimit ** 2)) ** -0.5;
      const kept = tf.mul(noise, 1 - rate);
      return tf.add(
        tf.mul(tf.add(tf.mul(tf.sub(input, seluLimit), kept), seluLimit), scale),
        -scale * seluLimit * rate,
      );
    },
  },
  GaussianNoise: { kind: "normal", call: (input, noise, { stddev }) => tf.add(input, tf.mul(noise, stddev)) },
  GaussianDropout: {
    kind: "normal",
    call: (input, noise, { rate }) => tf.mul(input, tf.add(tf.mul(noise, Math.sqrt(rate / (1 - rate))), 1)),
  },
};

/**
 * Random numbers that a step of a model needs, in the order in which its dropout and noise layers are called, and recurrent layers with
 * a dropout of their own. Found by running the model once, on examples of zeros.
 * @param inputShape of one example; a list of shapes for a model with several inputs
 */
export function noiseOf(
  model: tfl.LayersModel,
  inputShape: readonly number[] | readonly (readonly number[])[],
): readonly Noise[] {
  checkModel("noiseOf", model);
  if (noisyLayers(model).length === 0 && leavesOf(model).every((leaf) => dropoutCells(leaf).length === 0)) return [];
  const found: Noise[] = [];
  const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly (readonly number[])[];
  tf.tidy(() => {
    const zeros = shapes.map((shape) => tf.zeros([statefulBatch(model) ?? 1, ...shape]));
    const mask: MaskSource = (layer, rate, [, ...shape]) => {
      found.push({ layer, shape: [null, ...shape], kind: "kept", rate });
      return undefined;
    };
    withCalls(
      model,
      (layer, input) => {
        const { name, rate, noiseShape } = layer;
        const { kind, shape } = ruleOf(layer)!;
        const declared = shape?.(input.shape) ?? noiseShape ?? [null, ...input.shape.slice(1)];
        const sizes = declared.map((size, axis) => size ?? (axis === 0 ? null : input.shape[axis]!));
        found.push({ layer: name, shape: sizes, kind, rate });
        return input;
      },
      mask,
      () => {
        const own = layerStates(model).map((state) => state.read());
        tf.dispose([...withStates(model, own, () => model.apply(zeros.length === 1 ? zeros[0]! : zeros)).states]);
      },
    );
  });
  return found;
}

/**
 * Runs a function while the model's noisy layers take their random numbers from given tensors, in the order of `noiseOf`.
 * @throws RangeError if their number is another
 */
export function withNoise<T>(model: tfl.LayersModel, noise: readonly tf.Tensor[], body: () => T): T {
  let calls = 0;
  const next = () => noise[calls++];
  const result = withCalls(
    model,
    (layer, input) => {
      const numbers = next();
      return numbers ? ruleOf(layer)!.call(input, numbers, layer) : input;
    },
    next,
    body,
  );
  if (calls !== noise.length)
    throw new RangeError(
      `createStep: the model's dropout and noise layers take ${calls} tensors of noise; got ${noise.length}; see noiseOf`,
    );
  return result;
}

/** Runs a function with the `call` of the model's noisy layers, and the masks of its recurrent layers, replaced. */
function withCalls<T>(
  model: tfl.LayersModel,
  call: (layer: NoisyLayer, input: tf.Tensor) => tf.Tensor,
  mask: MaskSource,
  body: () => T,
): T {
  const layers = noisyLayers(model);
  for (const layer of layers)
    layer.call = (inputs) => tf.tidy(() => call(layer, Array.isArray(inputs) ? inputs[0]! : inputs));
  try {
    return withMasks(model, mask, body);
  } finally {
    for (const layer of layers) delete (layer as Partial<NoisyLayer>).call; // uncovers the class's method
  }
}

const ruleOf = (layer: tfl.layers.Layer): Rule | undefined => rules[layer.getClassName()];

/** Layers that need random numbers: at a rate outside (0, 1) TensorFlow.js's layers pass their input through. */
function noisyLayers(model: tfl.LayersModel): NoisyLayer[] {
  return (leavesOf(model) as NoisyLayer[]).filter(
    (layer) => ruleOf(layer) && (layer.getClassName() === "GaussianNoise" || (layer.rate > 0 && layer.rate < 1)),
  );
}
