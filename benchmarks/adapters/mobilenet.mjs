// MobileNetV2 of the npm package nsfwjs (MIT), as two models: what is below the adapted layers, and those with a new head.

import { createRequire } from "node:module";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers, loadLayersModel, model as modelOf } from "@tensorflow/tfjs-layers";
import { fetchPackage } from "../lib/npm-package.mjs";

/** Version that the numbers in results/ are of. */
export const published = "nsfwjs@4.3.0";

/** Last layer below the adapted ones; the layers above read nothing below it. */
const cut = "block_15_add";
const last = "out_relu";

/** Saved model of the package: topology and weights. */
export async function fetchMobileNet() {
  const folder = await fetchPackage(
    "nsfwjs",
    published.slice(published.indexOf("@") + 1),
    "sha512-WTKDte0vp1X97N1h34P79G/hG+sVT3+TnDz9di1WseIJR93v11E4viNX7Vg9WsO6HYoR772Nzq2iM8jo3XBZ+g==",
  );
  const require = createRequire(join(folder, "package.json"));
  const read = (name) => {
    const module = require(`./dist/models/mobilenet_v2/${name}.min.js`);
    return module.default ?? module;
  };
  const { modelTopology, weightsManifest } = read("model");
  const bytes = Buffer.from(read("group1-shard1of1"), "base64");
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return { modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData };
}

/**
 * The two parts of the network for images [size, size, 3] with numbers in [0, 1].
 * @param size a multiple of 32
 */
export async function partsOf(artifacts, size) {
  const config = artifacts.modelTopology.model_config.config;
  const at = config.layers.findIndex(({ name }) => name === cut);
  const end = config.layers.findIndex(({ name }) => name === last);
  const first = (name, shape) => ({
    name,
    class_name: "InputLayer",
    config: { name, batch_input_shape: [null, ...shape], dtype: "float32", sparse: false },
    inbound_nodes: [],
  });
  const load = (list, output) => {
    const [{ name }] = list;
    const topology = {
      class_name: "Model",
      config: { name: output, layers: list, input_layers: [[name, 0, 0]], output_layers: [[output, 0, 0]] },
    };
    const handler = tf.io.fromMemory({
      ...artifacts,
      modelTopology: { ...artifacts.modelTopology, model_config: topology },
    });
    return loadLayersModel(handler, { strict: false });
  };
  const [input, ...others] = config.layers.slice(0, at + 1);
  const lower = await load([first(input.name, [size, size, 3]), ...others], cut);
  const [height, width, channels] = lower.outputs[0].shape.slice(1);
  const upper = await load([first(cut, [height, width, channels]), ...config.layers.slice(at + 1, end + 1)], last);
  return { lower, upper };
}

/** The upper part with a head of ten classes. */
export function withHead(upper, classes) {
  const pooled = layers.globalAveragePooling2d({ dataFormat: "channelsLast", name: "pooled" }).apply(upper.outputs[0]);
  const head = layers.dense({ units: classes, name: "logits", kernelInitializer: "zeros" });
  return modelOf({ inputs: upper.inputs, outputs: head.apply(pooled), name: "upper" });
}
