import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, model as subModel } from "@tensorflow/tfjs-layers";
import { glorotVariance } from "./basics";
import { FactorizedDense } from "./factorized-dense";

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
 * @throws RangeError if a layer's pre-activations are all zero on `inputs`
 */
export function calibrate(model: LayersModel, inputs: tf.Tensor): Record<string, number[]> {
  const factors: Record<string, number[]> = {};
  for (const layer of model.layers) {
    if (!(layer instanceof FactorizedDense)) continue;
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
    if (!scale.every((factor) => Number.isFinite(factor) && factor > 0))
      throw new RangeError(
        `calibrate: layer ${layer.name} answers these inputs with zeros in a column; give it inputs that are not all zero`,
      );
    layer.rescale(scale);
    factors[layer.name] = scale;
  }
  return factors;
}

function inputOf(model: LayersModel, layer: FactorizedDense, inputs: tf.Tensor): tf.Tensor2D {
  if (layer.input === model.inputs[0]) return inputs as tf.Tensor2D;
  return subModel({ inputs: model.inputs, outputs: layer.input }).predict(inputs) as tf.Tensor2D;
}
