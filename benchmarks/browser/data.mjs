// What the network is trained on, and how fast, the same wherever it is made: in Node and in any page.

import { stream } from "@weightcast/random";

export const [inputs, units, classes, batch] = [784, 500, 10, 128];
export const [rate, momentum] = [0.05, 0.9];

/**
 * Batches of images that can be told apart, like MNIST's in size and range: each class is a pattern, an image its
 * pattern with a fifth of the pixels drawn anew. Any number of batches starts with the same ones.
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
