import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { array } from "./array.mjs";
import { images } from "./images.mjs";

/** Images through a narrow layer and back. */
export const autoencoder = {
  name: "autoencoder",
  title: "autoencoder",
  full: { batchSize: 128, steps: 16, size: 28, units: [256, 32, 256] },
  tiny: { batchSize: 8, size: 4, units: [6, 2, 6] },
  build({ size, units: [first, ...others] }) {
    const model = sequential();
    model.add(layers.dense({ inputShape: [size * size], units: first, activation: "relu" }));
    for (const units of others) model.add(layers.dense({ units, activation: "relu" }));
    model.add(layers.dense({ units: size * size }));
    model.compile({ optimizer: train.adam(0.001), loss: "meanSquaredError" });
    return model;
  },
  data({ size }, count) {
    const { pixels } = images(count, [size, size, 1], 10);
    const xs = array(count, [size * size], (i) => pixels[i]);
    return { xs: [xs], ys: [xs] };
  },
};
