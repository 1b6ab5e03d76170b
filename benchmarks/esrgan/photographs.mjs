// Photographs of a folder as pairs: an image, and the same at half its size.

import * as tf from "@tensorflow/tfjs-core";
import { imageSources, imagesAt } from "@weightcast/datasets/node";

/** Height and width of the large images: below those of the photographs, so that their compression no longer shows. */
const size = [600, 960];

/**
 * Photographs as arrays of numbers in [0, 255], both sizes by Lanczos interpolation.
 * @param folder of image files, taken in the order of their names
 * @returns name, `large` [600, 960, 3], `small` [300, 480, 3]
 */
export async function photographsOf(folder) {
  const { sources } = await imageSources([folder]);
  if (sources.length < 6)
    throw new RangeError(`${folder}: at least 6 photographs are needed; it has ${sources.length}`);
  const at = async (source, shape) => {
    for await (const { data } of imagesAt(source, shape)) return Float32Array.from(data);
  };
  return Promise.all(
    sources.map(async (source) => ({
      name: source.file.slice(source.file.lastIndexOf("/") + 1),
      large: await at(source, [...size, 3]),
      small: await at(source, [...size.map((length) => length / 2), 3]),
    })),
  );
}

/** Cuts of [edge, edge, 3] from the small photographs at random places, in turn. */
export function cuts(photographs, count, edge, uniform) {
  const [height, width] = size.map((length) => length / 2);
  const values = new Float32Array(count * edge * edge * 3);
  for (let i = 0; i < count; i++) {
    const { small } = photographs[i % photographs.length];
    const [top, left] = [height, width].map((length) => Math.floor(uniform() * (length - edge + 1)));
    for (let y = 0; y < edge; y++) {
      const from = ((top + y) * width + left) * 3;
      values.set(small.subarray(from, from + edge * 3), (i * edge + y) * edge * 3);
    }
  }
  return values;
}

/** Output of a network for a small photograph, limited to [0, 255]. */
export function upscaled(network, small) {
  const [height, width] = size.map((length) => length / 2);
  const output = tf.tidy(() => tf.clipByValue(network.predict(tf.tensor4d(small, [1, height, width, 3])), 0, 255));
  const values = output.dataSync();
  output.dispose();
  return values;
}

/** Peak signal-to-noise ratio of images with numbers in [0, 255], in decibels. */
export function psnr(image, reference) {
  let square = 0;
  for (let i = 0; i < image.length; i++) square += (image[i] - reference[i]) ** 2;
  return 10 * Math.log10((255 ** 2 * image.length) / square);
}
