import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, model as subModel } from "@tensorflow/tfjs-layers";
import { glorotVariance } from "./basics";
import { FactorizedDense } from "./factorized-dense";
import { leavesOf } from "./leaves";

/** Options of {@link calibrate}. */
export interface CalibrateOptions {
  /** Names of the layers to scale; others stay as they are, such as those that are trained already. @default all */
  readonly layers?: readonly string[];
}

/**
 * Scales every V of a model from its layer's real inputs: afterwards the pre-activations of each column have, on
 * `inputs`, the mean square that a Glorot-initialized dense layer's would have, gain² E‖x‖² · 2 / (n_v + n_h).
 *
 * Atoms are correlated and so are inputs, smooth filters on smooth images above all: scaling V from U alone leaves
 * activations several times too large or too small, and a network that trains slowly or not at all. Layers are scaled in
 * order, each with the layers below already scaled.
 *
 * @param inputs [batch, …], a few hundred typical inputs of the model
 * @returns for each factorized layer, by name, the factors its columns were multiplied by
 * @throws RangeError if a layer's pre-activations are all zero on `inputs`, or a factorized layer is used twice or within another model
 */
export function calibrate(
  model: LayersModel,
  inputs: tf.Tensor,
  { layers }: CalibrateOptions = {},
): Record<string, number[]> {
  const factors: Record<string, number[]> = {};
  for (const layer of leavesOf(model)) {
    if (!(layer instanceof FactorizedDense) || (layers && !layers.includes(layer.name))) continue;
    if (!model.layers.includes(layer) || layer.inboundNodes.length > 1)
      throw new RangeError(
        `calibrate: layer ${layer.name} must be used once, and not in a model within the model; calibrate that model`,
      );
    const scale = tf.tidy(() => {
      const x = inputOf(model, layer, inputs);
      const y = tf.sub(layer.preactivation(x), layer.preactivation(tf.zerosLike(x)));
      const measured = tf.mean(tf.square(tf.reshape(y, [x.shape[0], layer.columns, -1])), [0, 2]);
      const target = tf.mul(
        tf.mean(tf.sum(tf.square(x), 1)),
        layer.gain ** 2 * glorotVariance(x.shape[1], layer.units),
      );
      return [...tf.sqrt(tf.div(target, measured)).dataSync()];
    });
    if (!scale.some((factor) => Number.isFinite(factor) && factor > 0))
      throw new RangeError(
        `calibrate: layer ${layer.name} answers these inputs with zeros; give it inputs that are not all zero`,
      );
    // A column that these inputs leave silent, such as one of border pixels alone, stays as it is.
    factors[layer.name] = scale.map((factor) => (Number.isFinite(factor) && factor > 0 ? factor : 1));
    layer.rescale(factors[layer.name]!);
  }
  return factors;
}

function inputOf(model: LayersModel, layer: FactorizedDense, inputs: tf.Tensor): tf.Tensor2D {
  if (layer.input === model.inputs[0]) return inputs as tf.Tensor2D;
  return subModel({ inputs: model.inputs, outputs: layer.input }).predict(inputs) as tf.Tensor2D;
}
