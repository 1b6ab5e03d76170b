import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { checkOptions, quoted } from "@weightcast/dictionary";
import { leavesOf, stepLayerOf } from "./leaves";
import { type Scalable, scalable, scalableFactorized } from "./scalable";
import { meanOver, walk } from "./walk";

/** Options of {@link calibrate}. */
export interface CalibrateOptions {
  /** Names of the layers to scale. Others stay as they are: those that are trained already, for example. @default all */
  readonly layers?: readonly string[];
  /**
   * Mean square that pre-activations are scaled to. `glorot`: in factorized layers, that of a Glorot-initialized layer,
   * times the layer's gain². `unit`: 1 in every layer with weights, ordinary and low-rank layers and the last one included,
   * without gain, as LSUV does (Mishkin & Matas 2016, *All you need is a good init*). @default "glorot"
   */
  readonly target?: "glorot" | "unit";
}

/**
 * Scales a model's layers from their real inputs: every V, or with target `unit` the weights of every dense and
 * convolutional layer, so that the pre-activations without bias have the target's mean square on `inputs`. Each column of a
 * factorized layer is scaled separately. For `glorot` the mean square is gain² E‖x‖² · 2 / (n_v + n_h), where x is a patch
 * under a convolution's window and fans are counted as in tf.layers. Batch normalization and the like run as in inference
 * and stay as they are; so do layers with a base. A layer in TimeDistributed is scaled from the inputs of all steps.
 *
 * Atoms are correlated and so are inputs, smooth filters on smooth images above all: scaling V from U alone leaves
 * activations several times too large or too small, and a network that trains slowly or not at all. Layers are scaled in
 * order, each after the layers below it; the model is run once.
 *
 * @param model with one input; layers may branch and join
 * @param inputs [batch, …], a few hundred typical inputs of the model
 * @returns for each scaled layer, by name, the factors its columns were multiplied by
 * @throws RangeError if `inputs` are empty or not all finite, if no layer has a given name, if a layer's pre-activations are
 *   all zero or not finite on `inputs`, if a layer to be scaled is used twice or within another model, or, with target
 *   `unit`, if a layer of tf.layers includes an activation
 */
export function calibrate(
  model: LayersModel,
  inputs: tf.Tensor,
  options: CalibrateOptions = {},
): Record<string, number[]> {
  const { layers: names, target = "glorot" } = checkOptions<CalibrateOptions>("calibrate", options, [
    "layers",
    "target",
  ]);
  if (target !== "glorot" && target !== "unit")
    throw new RangeError(`calibrate: target must be "glorot" or "unit"; got ${quoted(target)}`);
  if (model.inputs.length !== 1)
    throw new RangeError(`calibrate: the model must have one input; it has ${model.inputs.length}`);
  checkInputs(inputs);
  const chosen = chosenOf(model, names);
  const scalings = new Map(chosen.flatMap((layer) => scalingOf(layer, target) ?? []).map((one) => [one.layer, one]));
  const places = placesOf(model, scalings.keys());
  const factors: Record<string, number[]> = {};
  walk(model, inputs, new Set(places.keys()), (outer, x) => {
    const { layer, depth } = places.get(outer)!;
    const scaling = scalings.get(layer)!;
    factors[layer.name] = tf.tidy(() => factorsOf(scaling, tf.reshape(x, [-1, ...x.shape.slice(depth + 1)])));
    scaling.rescale(factors[layer.name]!);
  });
  return factors;
}

/**
 * The model's own layers by which the layers to scale are run: these themselves, or TimeDistributed around them.
 * @throws RangeError if there is none, or more than one
 */
function placesOf(
  model: LayersModel,
  wanted: Iterable<layers.Layer>,
): Map<layers.Layer, ReturnType<typeof stepLayerOf>> {
  const all = model.layers.map((outer) => [outer, stepLayerOf(outer)] as const);
  return new Map(
    Array.from(wanted, (layer) => {
      const [place, ...others] = all.filter(([, step]) => step.layer === layer);
      if (!place || others.length > 0 || place[0].inboundNodes.length > 1)
        throw new RangeError(
          `calibrate: layer ${layer.name} must be used once, and not in a model within the model; calibrate that model`,
        );
      return place;
    }),
  );
}

/** @throws RangeError if the batch is empty, or a number is not finite */
function checkInputs(inputs: tf.Tensor): void {
  if (inputs.size === 0)
    throw new RangeError(`calibrate: inputs must be a batch of at least 1; got shape [${inputs.shape.join(", ")}]`);
  const invalid = inputs.dataSync().find((value) => !Number.isFinite(value));
  if (invalid !== undefined)
    throw new RangeError(`calibrate: inputs must be finite; one is ${invalid}; check how they are scaled`);
}

/** @throws RangeError for a name that no layer has */
function chosenOf(model: LayersModel, names: readonly string[] | undefined): layers.Layer[] {
  const all = leavesOf(model);
  const unknown = names?.find((wanted) => !all.some(({ name }) => name === wanted));
  if (unknown !== undefined)
    throw new RangeError(
      `calibrate: layers must be names of the model's layers; got ${quoted(unknown)}; it has ${all.map(({ name }) => name).join(", ")}`,
    );
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}

/** Layer to scale, with its goal. */
interface Scaling extends Scalable {
  /** Mean square that its pre-activations are scaled to. */
  readonly goal: (x: tf.Tensor) => tf.Tensor;
}

function scalingOf(layer: layers.Layer, target: "glorot" | "unit"): Scaling | undefined {
  if (target === "unit") {
    const one = scalable(layer);
    return one && { ...one, goal: () => tf.scalar(1) };
  }
  const one = scalableFactorized(layer);
  return one && { ...one, goal: (x) => one.layer.glorotSquare(x as never) };
}

/** Factors that bring each column to its goal. */
function factorsOf({ layer, columns, linear, goal }: Scaling, x: tf.Tensor): number[] {
  const { scale, squares } = tf.tidy(() => {
    const measured = meanOver(x, (part) => {
      const y = linear(part);
      return tf.mean(tf.square(tf.reshape(y, [-1, columns, y.shape.at(-1)! / columns])), [0, 2]);
    });
    const factors = tf.sqrt(tf.div(meanOver(x, goal), measured));
    return { scale: [...factors.dataSync()], squares: [...measured.dataSync()] };
  });
  const invalid = squares.find((square) => !Number.isFinite(square));
  if (invalid !== undefined)
    throw new RangeError(
      `calibrate: layer ${layer.name} gives these inputs pre-activations of mean square ${invalid}; check its weights, those below, and the scale of the inputs`,
    );
  const usable = (factor: number) => Number.isFinite(factor) && factor > 0;
  if (!scale.some(usable))
    throw new RangeError(
      `calibrate: layer ${layer.name} gives these inputs pre-activations of zero; give it inputs that are not all zero`,
    );
  // A column that these inputs leave silent, such as one of border pixels only, stays as it is.
  return scale.map((factor) => (usable(factor) ? factor : 1));
}
