// Data and learning rate of the network, the same in Node and in every page.

import { stream } from "@weightcast/random";

export const [inputs, units, classes, batch] = [784, 500, 10, 128];
export const [rate, momentum] = [0.05, 0.9];

/**
 * Batches of images that can be classified, with the size and range of MNIST's: each class has a pattern, and an image is
 * its class's pattern with a fifth of the pixels redrawn. The first batches are the same for every count.
 */
export function batches(count) {
  const draw = stream(1, "batches");
  const pattern = () => Float32Array.from({ length: inputs }, () => (draw.uniform() < 0.2 ? draw.uniform() : 0));
  const patterns = Array.from({ length: classes }, pattern);
  return Array.from({ length: count }, () => {
    const labels = Int32Array.from({ length: batch }, () => draw.integer(classes));
    const images = new Float32Array(batch * inputs);
    for (const [i, label] of labels.entries())
      images.set(
        patterns[label].map((pixel) => (draw.uniform() < 0.2 ? draw.uniform() : pixel)),
        i * inputs,
      );
    return { inputs: images, labels };
  });
}
