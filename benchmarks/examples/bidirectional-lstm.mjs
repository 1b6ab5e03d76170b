import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { array } from "./array.mjs";
import { reviews } from "./reviews.mjs";

/** Sentiment of reviews: embedded words, an LSTM in both directions, and one probability. */
export const bidirectionalLstm = {
  name: "bidirectional-lstm",
  title: "bidirectional LSTM, sentiment",
  full: { batchSize: 64, steps: 4, length: 40, vocabulary: 2000, embedding: 32, units: 32 },
  tiny: { batchSize: 8, length: 3, vocabulary: 12, embedding: 3, units: 3 },
  build({ length, vocabulary, embedding, units }) {
    const model = sequential();
    model.add(layers.embedding({ inputDim: vocabulary, outputDim: embedding, inputLength: length }));
    model.add(
      layers.bidirectional({
        layer: layers.lstm({ units, recurrentInitializer: "glorotNormal" }),
        mergeMode: "concat",
      }),
    );
    model.add(layers.dense({ units: 1, activation: "sigmoid" }));
    model.compile({ optimizer: train.adam(0.003), loss: "binaryCrossentropy" });
    return model;
  },
  data({ length, vocabulary }, count) {
    const { words, labels } = reviews(count, length, vocabulary, 2);
    return { xs: [array(count, [length], (i) => words[i])], ys: [array(count, [1], (i) => labels[i])] };
  },
};
