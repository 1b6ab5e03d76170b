// Super-resolution network of the npm package @upscalerjs/esrgan-slim (MIT), which doubles the size of an image.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { fetchPackage } from "../lib/npm-package.mjs";

/** Version that the numbers in results/ are of. */
export const published = "@upscalerjs/esrgan-slim@1.0.0";

/** The network: images [batch, height, width, 3] with numbers in [0, 255] to images of twice the height and width. */
export async function fetchNetwork() {
  const at = published.lastIndexOf("@");
  const folder = await fetchPackage(
    published.slice(0, at),
    published.slice(at + 1),
    "sha512-DXtwn5SE71+pZKluN/hGeLaZv6ZylyFQYSvMqU08kKCEA5Y9Q1cIIk4EvPTPZw8VqGi2C6F02c8OjhtId4BK2w==",
  );
  const read = (name) => readFile(join(folder, "models/x2", name));
  const { modelTopology, weightsManifest } = JSON.parse(await read("model.json"));
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const bytes = await read(paths[0]);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}
