// Images of a folder of IDX files as outputs of a network's lower part, computed once.

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import { readIdxFolder } from "@weightcast/datasets/node";
import { readSafetensors, toOnnx, writeSafetensors } from "@weightcast/files";
import { stream } from "@weightcast/random";
import { InferenceSession, Tensor } from "onnxruntime-node";

const batch = 50;

/** Function from inputs of a model to its outputs, by ONNX Runtime. */
export async function runnerOf(model, threads = 1) {
  const { bytes } = await toOnnx(model);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: threads });
  return async (values, shape) => {
    const { [session.outputNames[0]]: output } = await session.run({
      [session.inputNames[0]]: new Tensor("float32", values, shape),
    });
    return output.data;
  };
}

/**
 * Features of images: of a training and a validation set, drawn from the training images, and of the first test images.
 * @param folder of IDX files
 * @param lower network that makes them, of images [size, size, 3] with numbers in [0, 1]
 */
async function featuresOf(folder, lower, { train, validation, test }) {
  const data = await readIdxFolder(folder, { classes: 10 });
  const run = await runnerOf(lower, 2);
  const [size] = lower.inputs[0].shape.slice(1);
  const shape = lower.outputs[0].shape.slice(1);
  const length = shape.reduce((product, axis) => product * axis, 1);
  const features = async (split, indices) => {
    const values = new Float32Array(indices.length * length);
    for (let at = 0; at < indices.length; at += batch) {
      const some = indices.slice(at, at + batch);
      values.set(await run(pixelsOf(split, data.shape, some, size), [some.length, size, size, 3]), at * length);
    }
    return { values, labels: Int32Array.from(indices, (index) => split.labels[index]), shape };
  };
  const order = [
    ...stream(1, "images")
      .permutation(data.train.count)
      .subarray(0, train + validation),
  ];
  const all = Array.from({ length: Math.min(test, data.test.count) }, (_, i) => i);
  return {
    train: await features(data.train, order.slice(0, train)),
    validation: await features(data.train, order.slice(train)),
    test: await features(data.test, all),
  };
}

/** Features from a file, which is written if it is not there. */
export async function keptFeatures(file, folder, lower, settings) {
  if (file === undefined) return featuresOf(folder, lower, settings);
  const key = JSON.stringify(settings);
  if (!existsSync(file)) {
    const sets = await featuresOf(folder, lower, settings);
    const tensors = Object.entries(sets).flatMap(([name, { values, labels, shape }]) => [
      [name, { dtype: "F32", shape: [labels.length, ...shape], bytes: new Uint8Array(values.buffer) }],
      [`${name}.labels`, { dtype: "I32", shape: [labels.length], bytes: new Uint8Array(labels.buffer) }],
    ]);
    await writeFile(file, writeSafetensors({ metadata: new Map([["settings", key]]), tensors: new Map(tensors) }));
  }
  const { metadata, tensors } = readSafetensors(await readFile(file), file);
  if (metadata.get("settings") !== key) throw new RangeError(`${file}: it holds features of other settings; delete it`);
  const set = (name) => ({
    values: new Float32Array(tensors.get(name).bytes.slice().buffer),
    labels: new Int32Array(tensors.get(`${name}.labels`).bytes.slice().buffer),
    shape: tensors.get(name).shape.slice(1),
  });
  return { train: set("train"), validation: set("validation"), test: set("test") };
}

/** Images as a network takes them: enlarged bilinearly, three equal channels. */
const pixelsOf = (split, [height, width], indices, size) =>
  tf.tidy(() => {
    const length = height * width;
    const values = new Float32Array(indices.length * length);
    for (const [i, index] of indices.entries())
      for (let p = 0; p < length; p++) values[i * length + p] = split.images[index * length + p] / 255;
    const gray = tf.tensor4d(values, [indices.length, height, width, 1]);
    const large = tf.image.resizeBilinear(gray, [size, size], false, true);
    return tf.tile(large, [1, 1, 1, 3]).dataSync().slice();
  });
