import { dispose, tensor } from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";

/**
 * Gives a new model the same initial weights in every process: those of two or more axes (kernels, embeddings) are drawn
 * again, Glorot normal, from a stream for each; biases, scales and shifts stay as they are.
 * @returns the model
 */
export function seeded(model, seed = 1) {
  const initial = model.getWeights();
  const drawn = initial.map((weight, i) => {
    const { shape, size } = weight;
    if (shape.length < 2) return weight.clone();
    const { normal } = stream(seed, `weights/${i}`);
    const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
    const deviation = Math.sqrt(2 / (window * (shape.at(-2) + shape.at(-1))));
    return tensor(
      Float32Array.from({ length: size }, () => deviation * normal()),
      shape,
    );
  });
  model.setWeights(drawn);
  dispose(drawn);
  return model;
}
