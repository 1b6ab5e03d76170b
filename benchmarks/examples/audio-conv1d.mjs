import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { array, oneHot } from "./array.mjs";

/** Sounds by their wave: strided convolutions over time, max pooling, and the mean over time. */
export const audioConv1d = {
  name: "audio-conv1d",
  title: "1-D convolution, audio",
  full: { batchSize: 32, steps: 4, length: 4000, filters: [32, 64, 64], kernels: [64, 9, 9], classes: 8 },
  tiny: { batchSize: 8, length: 128, filters: [3, 4], kernels: [8, 3], classes: 3 },
  build({ length, filters, kernels, classes }) {
    const model = sequential();
    for (const [i, count] of filters.entries()) {
      const first = i === 0 ? { inputShape: [length, 1], strides: 4 } : {};
      model.add(layers.conv1d({ ...first, filters: count, kernelSize: kernels[i], activation: "relu" }));
      model.add(layers.maxPooling1d({ poolSize: 4 }));
    }
    model.add(layers.globalAveragePooling1d());
    model.add(layers.dense({ units: classes, activation: "softmax" }));
    model.compile({ optimizer: train.adam(0.001), loss: "categoricalCrossentropy" });
    return model;
  },
  /** A chord of two tones for each class, at any phase, with noise. */
  data({ length, classes }, count) {
    const { uniform, normal, integer } = stream(1, "sounds");
    const tones = Array.from({ length: classes }, () => [0.05 + uniform(), 0.05 + uniform()]);
    const sounds = Array.from({ length: count }, () => ({ label: integer(classes), phase: 6.28 * uniform() }));
    const xs = array(count, [length, 1], (i) => {
      const { label, phase } = sounds[Math.floor(i / length)];
      return tones[label].reduce((sum, tone) => sum + Math.sin(tone * (i % length) + phase), 0) / 2 + 0.3 * normal();
    });
    return {
      xs: [xs],
      ys: [
        oneHot(
          sounds.map(({ label }) => label),
          classes,
        ),
      ],
    };
  },
};
