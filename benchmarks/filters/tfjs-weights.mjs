// Kernels of convolutions in the formats of TensorFlow.js. A kernel is { name, kind, shape, data }, kind "conv" or "depthwise", in the layout
// [height, width, channels, outputs].

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { io } from "@tensorflow/tfjs-core";

const require = createRequire(import.meta.url);

/** Convolutions of a graph model. */
export function graphModel(file) {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(file, "utf8"));
  const weights = weightsOf(weightsManifest, dirname(file));
  const seen = new Set();
  return (modelTopology.node ?? []).flatMap(({ op, input = [] }) => {
    const kind = /^_?(?:Fused)?Conv2D$/.test(op) ? "conv" : /Depthwise/.test(op) ? "depthwise" : undefined;
    if (!kind || seen.has(input[1])) return [];
    seen.add(input[1]);
    return kernel(input[1], kind, weights[input[1]]);
  });
}

/** Convolutions of a layers model, by the names of its weights. */
export function layersModel(file) {
  const { weightsManifest } = JSON.parse(readFileSync(file, "utf8"));
  return byName(weightsOf(weightsManifest, dirname(file)));
}

/** Convolutions of a manifest of weights without a model. */
export const manifestOnly = (file) => byName(weightsOf(JSON.parse(readFileSync(file, "utf8")), dirname(file)));

/** Convolutions of a model of nsfwjs: scripts that export JSON, and bytes as base64. */
export function nsfwjs(folder) {
  const { weightsManifest } = require(join(folder, "model.min.js"));
  const buffers = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => Buffer.from(require(join(folder, `${path}.min.js`)), "base64")),
  );
  return byName(decoded(weightsManifest, Buffer.concat(buffers)));
}

function byName(weights) {
  return Object.entries(weights).flatMap(([name, weight]) =>
    kernel(name, /depthwise/.test(name) ? "depthwise" : "conv", weight),
  );
}

const kernel = (name, kind, weight) => (weight?.shape.length === 4 ? [{ name, kind, ...weight }] : []);

const weightsOf = (manifest, folder) =>
  decoded(
    manifest,
    Buffer.concat(manifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(folder, path))))),
  );

/** Float weights by name, from numbers of 32 or 16 bits, or quantized to 16 or 8. */
function decoded(manifest, bytes) {
  const specs = manifest.flatMap(({ weights }) => weights);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const tensors = io.decodeWeights(buffer, specs);
  const weights = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype === "float32") weights[name] = { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
    tensor.dispose();
  }
  return weights;
}
