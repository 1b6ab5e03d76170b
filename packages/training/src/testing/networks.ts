import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { classes, features } from "./blobs";

/** Network of two layers for `blobs` that ends in logits; the same seed gives the same weights. */
export function network(seed: number, hidden = 8, activation: "tanh" | "relu" = "tanh"): LayersModel {
  const kernelInitializer = () => initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: hidden, activation, kernelInitializer: kernelInitializer() }),
      layers.dense({ units: classes, kernelInitializer: kernelInitializer() }),
    ],
  });
  return seeded(model, seed);
}

/** Sets every weight of a model from a seed, including biases and weights that are not trained; moving variances stay. */
export function seeded(model: LayersModel, seed: number): LayersModel {
  const draw = stream(seed, "weights");
  tf.tidy(() => {
    for (const variable of model.weights) {
      if (variable.originalName.endsWith("moving_variance")) continue;
      const shape = variable.shape as number[];
      const values = Float32Array.from({ length: sizeOf(shape) }, () => 0.4 * draw.normal());
      variable.write(tf.tensor(values, shape));
    }
  });
  return model;
}

/** Weights of a model, one plain list of numbers each. */
export function weightsOf(model: LayersModel): number[][] {
  return model.weights.map((variable) => [...variable.read().dataSync()]);
}
