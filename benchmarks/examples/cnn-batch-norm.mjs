import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { array, oneHot } from "./array.mjs";
import { images } from "./images.mjs";

/** Digits of 28 × 28: two convolutions with batch normalization and max pooling, and two connected layers. */
export const cnnBatchNorm = {
  name: "cnn-batch-norm",
  title: "CNN with batch normalization",
  full: { batchSize: 64, steps: 4, size: 28, filters: [32, 64], units: 128, classes: 10 },
  tiny: { batchSize: 8, size: 10, filters: [3, 4], units: 6, classes: 3 },
  build({ size, filters, units, classes }) {
    const model = sequential();
    for (const [i, count] of filters.entries()) {
      const shape = i === 0 ? { inputShape: [size, size, 1] } : {};
      model.add(layers.conv2d({ ...shape, filters: count, kernelSize: 3, useBias: false }));
      model.add(layers.batchNormalization());
      model.add(layers.activation({ activation: "relu" }));
      model.add(layers.maxPooling2d({ poolSize: 2 }));
    }
    model.add(layers.flatten());
    model.add(layers.dense({ units, activation: "relu" }));
    model.add(layers.dense({ units: classes, activation: "softmax" }));
    model.compile({ optimizer: train.adam(0.001), loss: "categoricalCrossentropy" });
    return model;
  },
  data({ size, classes }, count) {
    const { pixels, labels } = images(count, [size, size, 1], classes);
    return { xs: [array(count, [size, size, 1], (i) => pixels[i])], ys: [oneHot(labels, classes)] };
  },
};
