import { add, exp, mean, mul, serialization, split, square, sub, train } from "@tensorflow/tfjs-core";
import { input, layers, model } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array } from "./array.mjs";
import { images } from "./images.mjs";

/** z = μ + ε exp(½ log σ²): a custom layer. */
class Sampling extends layers.Layer {
  static className = "Sampling";
  computeOutputShape([shape]) {
    return shape;
  }
  call([center, logVariance, noise]) {
    return add(center, mul(noise, exp(mul(logVariance, 0.5))));
  }
}
serialization.registerClass(Sampling);

/** Distance of N(μ, σ²) from N(0, 1), the mean over dimensions; the targets do not matter. */
function divergence(_, parameters) {
  const [center, logVariance] = split(parameters, 2, 1);
  return mul(mean(sub(sub(add(1, logVariance), square(center)), exp(logVariance)), -1), -0.5);
}

/**
 * Variational autoencoder: two inputs, the image and ε, and two outputs, the image and the parameters of z. ε is an input so that every
 * contender trains with the same numbers.
 */
export const vae = {
  name: "vae",
  title: "variational autoencoder",
  full: { batchSize: 128, steps: 16, size: 28, units: 256, latent: 16 },
  tiny: { batchSize: 8, size: 4, units: 5, latent: 2 },
  build({ size, units, latent }) {
    const image = input({ shape: [size * size] });
    const noise = input({ shape: [latent] });
    const encoded = layers.dense({ units, activation: "relu" }).apply(image);
    const center = layers.dense({ units: latent }).apply(encoded);
    const logVariance = layers.dense({ units: latent }).apply(encoded);
    const z = new Sampling({}).apply([center, logVariance, noise]);
    const decoded = layers.dense({ units, activation: "relu" }).apply(z);
    const output = layers.dense({ units: size * size, activation: "sigmoid" }).apply(decoded);
    const parameters = layers.concatenate().apply([center, logVariance]);
    const network = model({ inputs: [image, noise], outputs: [output, parameters] });
    network.compile({ optimizer: train.adam(0.001), loss: ["binaryCrossentropy", divergence] });
    return network;
  },
  data({ size, latent }, count) {
    const { pixels } = images(count, [size, size, 1], 10);
    const { normal } = stream(1, "noise");
    const image = array(count, [size * size], (i) => 1 / (1 + Math.exp(-3 * pixels[i])));
    return { xs: [image, array(count, [latent], normal)], ys: [image, array(count, [2 * latent], () => 0)] };
  },
};
