import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array } from "./array.mjs";

/** Numbers from a table, as for house prices: three hidden layers and one output. */
export const mlpRegression = {
  name: "mlp-regression",
  title: "MLP, regression",
  full: { batchSize: 128, steps: 16, features: 32, units: [128, 128, 64] },
  tiny: { batchSize: 8, features: 5, units: [6, 4] },
  build({ features, units: [first, ...others] }) {
    const model = sequential();
    model.add(layers.dense({ inputShape: [features], units: first, activation: "relu" }));
    for (const units of others) model.add(layers.dense({ units, activation: "relu" }));
    model.add(layers.dense({ units: 1 }));
    model.compile({ optimizer: train.adam(0.001), loss: "meanSquaredError" });
    return model;
  },
  data({ features }, count) {
    const { normal } = stream(1, "table");
    const xs = array(count, [features], normal);
    const ys = array(count, [1], (i) => {
      const [a, b, c, d] = xs.data.subarray(i * features);
      return a * b + Math.sin(2 * c) + Math.abs(d) + 0.1 * normal();
    });
    return { xs: [xs], ys: [ys] };
  },
};
