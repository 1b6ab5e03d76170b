import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { leavesOf } from "./leaves";
import { type Scalable, scalable, scalableFactorized } from "./scalable";
import { meanOver, walk } from "./walk";

/** Options of {@link calibrate}. */
export interface CalibrateOptions {
  /** Names of the layers to scale; others stay as they are, such as those that are trained already. @default all */
  readonly layers?: readonly string[];
  /**
   * What pre-activations are scaled to. `glorot`: in factorized layers, to the mean square that a Glorot-initialized layer
   * would have, times the layer's gain². `unit`: to a mean square of 1 in every layer with weights, ordinary and low-rank
   * ones and the last one too, without gain, as LSUV does (Mishkin & Matas 2016, *All you need is a good init*).
   * @default "glorot"
   */
  readonly target?: "glorot" | "unit";
}

/**
 * Scales a model's layers from their real inputs: every V, or with target `unit` the weights of every dense and
 * convolutional layer, so that pre-activations without bias have the mean square of the target on `inputs`. Of a
 * factorized layer each column is scaled by itself. For `glorot` it is gain² E‖x‖² · 2 / (n_v + n_h), x a patch under the
 * window of a convolution, fans as tf.layers counts them; batch normalization and the like are run as in inference and
 * stay as they are.
 *
 * Atoms are correlated and so are inputs, smooth filters on smooth images above all: scaling V from U alone leaves
 * activations several times too large or too small, and a network that trains slowly or not at all. Layers are scaled in
 * order, each with the layers below already scaled; the model is run once.
 *
 * @param model of one input; layers may branch and join
 * @param inputs [batch, …], a few hundred typical inputs of the model
 * @returns for each layer scaled, by name, the factors its columns were multiplied by
 * @throws RangeError if `inputs` are none or not all finite, if there is no layer of a name, if a layer's pre-activations are
 *   all zero or not finite on `inputs`, if a layer to be scaled is used twice or within another model, or, with target
 *   `unit`, if one of tf.layers has an activation of its own
 */
export function calibrate(
  model: LayersModel,
  inputs: tf.Tensor,
  { layers, target = "glorot" }: CalibrateOptions = {},
): Record<string, number[]> {
  if (target !== "glorot" && target !== "unit")
    throw new RangeError(`calibrate: target must be "glorot" or "unit"; got ${JSON.stringify(target)}`);
  if (model.inputs.length !== 1)
    throw new RangeError(`calibrate: the model must have one input; it has ${model.inputs.length}`);
  checkInputs(inputs);
  const chosen = chosenOf(model, layers);
  const scalings = new Map(chosen.flatMap((layer) => scalingOf(layer, target) ?? []).map((one) => [one.layer, one]));
  for (const layer of scalings.keys())
    if (!model.layers.includes(layer) || layer.inboundNodes.length > 1)
      throw new RangeError(
        `calibrate: layer ${layer.name} must be used once, and not in a model within the model; calibrate that model`,
      );
  const factors: Record<string, number[]> = {};
  walk(model, inputs, new Set(scalings.keys()), (layer, x) => {
    const scaling = scalings.get(layer)!;
    factors[layer.name] = factorsOf(scaling, x);
    scaling.rescale(factors[layer.name]!);
  });
  return factors;
}

/** @throws RangeError for an empty batch, or numbers that are not finite */
function checkInputs(inputs: tf.Tensor): void {
  if (inputs.size === 0)
    throw new RangeError(`calibrate: inputs must be a batch of at least 1; got shape [${inputs.shape.join(", ")}]`);
  const strange = inputs.dataSync().find((value) => !Number.isFinite(value));
  if (strange !== undefined)
    throw new RangeError(`calibrate: inputs must be finite; one is ${strange}: look at how they are scaled`);
}

/** @throws RangeError for a name that no layer has */
function chosenOf(model: LayersModel, names: readonly string[] | undefined): LayersModel["layers"] {
  const all = leavesOf(model);
  const strange = names?.find((wanted) => !all.some(({ name }) => name === wanted));
  if (strange !== undefined)
    throw new RangeError(
      `calibrate: layers must be names of the model's layers; got ${JSON.stringify(strange)}; it has ${all.map(({ name }) => name).join(", ")}`,
    );
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}

/** A layer to scale, and to what. */
interface Scaling extends Scalable {
  /** The mean square that its pre-activations are to have. */
  readonly goal: (x: tf.Tensor) => tf.Tensor;
}

function scalingOf(layer: LayersModel["layers"][number], target: "glorot" | "unit"): Scaling | undefined {
  if (target === "unit") {
    const one = scalable(layer);
    return one && { ...one, goal: () => tf.scalar(1) };
  }
  const one = scalableFactorized(layer);
  return one && { ...one, goal: (x) => one.layer.glorotSquare(x as never) };
}

/** What to multiply each column by. */
function factorsOf({ layer, columns, linear, goal }: Scaling, x: tf.Tensor): number[] {
  const { scale, squares } = tf.tidy(() => {
    const measured = meanOver(x, (part) => {
      const y = linear(part);
      return tf.mean(tf.square(tf.reshape(y, [-1, columns, y.shape.at(-1)! / columns])), [0, 2]);
    });
    const factors = tf.sqrt(tf.div(meanOver(x, goal), measured));
    return { scale: [...factors.dataSync()], squares: [...measured.dataSync()] };
  });
  const strange = squares.find((square) => !Number.isFinite(square));
  if (strange !== undefined)
    throw new RangeError(
      `calibrate: layer ${layer.name} answers these inputs with a mean square of ${strange}; look at its weights, those below, and the scale of the inputs`,
    );
  const usable = (factor: number) => Number.isFinite(factor) && factor > 0;
  if (!scale.some(usable))
    throw new RangeError(
      `calibrate: layer ${layer.name} answers these inputs with zeros; give it inputs that are not all zero`,
    );
  // A column that these inputs leave silent, such as one of border pixels alone, stays as it is.
  return scale.map((factor) => (usable(factor) ? factor : 1));
}
