import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array } from "./array.mjs";

/** Weather forecast: the next value of one of several series from a window of all of them, by a GRU. */
export const gruForecast = {
  name: "gru-forecast",
  title: "GRU, forecast",
  full: { batchSize: 128, steps: 4, length: 48, series: 14, units: 32 },
  tiny: { batchSize: 8, length: 4, series: 3, units: 4 },
  build({ length, series, units }) {
    const model = sequential();
    model.add(layers.gru({ units, inputShape: [length, series], recurrentInitializer: "glorotNormal" }));
    model.add(layers.dense({ units: 1 }));
    model.compile({ optimizer: train.rmsprop(0.001), loss: "meanAbsoluteError" });
    return model;
  },
  data({ length, series }, count) {
    const { normal, uniform } = stream(1, "weather");
    const periods = Array.from({ length: series }, () => 10 + 40 * uniform());
    const value = (time, k) => Math.sin((6.28 * time) / periods[k]) + 0.2 * normal();
    const record = array(count + length, [series], (i) => value(Math.floor(i / series), i % series)).data;
    const xs = array(count, [length, series], (i) => {
      const window = length * series;
      return record[Math.floor(i / window) * series + (i % window)];
    });
    return { xs: [xs], ys: [array(count, [1], (i) => record[(i + length) * series])] };
  },
};
