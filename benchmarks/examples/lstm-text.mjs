import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { array, oneHot } from "./array.mjs";
import { words } from "./words.mjs";

/** Text generation: the next character after a window of one-hot characters, by an LSTM. */
export const lstmText = {
  name: "lstm-text",
  title: "LSTM, text",
  full: { batchSize: 128, steps: 4, length: 40, characters: 64, units: 128 },
  tiny: { batchSize: 8, length: 4, characters: 6, units: 4 },
  build({ length, characters, units }) {
    const model = sequential();
    model.add(layers.lstm({ units, inputShape: [length, characters], recurrentInitializer: "glorotNormal" }));
    model.add(layers.dense({ units: characters, activation: "softmax" }));
    model.compile({ optimizer: train.rmsprop(0.01), loss: "categoricalCrossentropy" });
    return model;
  },
  data({ length, characters }, count) {
    const text = words(count + length, characters);
    const character = (i) => text[Math.floor(i / characters / length) + (Math.floor(i / characters) % length)];
    const xs = array(count, [length, characters], (i) => (character(i) === i % characters ? 1 : 0));
    return { xs: [xs], ys: [oneHot(text.slice(length), characters)] };
  },
};
