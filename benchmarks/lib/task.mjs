// A task: what a contender has to train, in a folder that every language can read. task.json describes the arrays, each of
// which is a file of raw little-endian numbers.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { samples } from "./data.mjs";
import { bufferArrays, describe, fixedArrays } from "./layers.mjs";

/** Number of mini-batches in memory; contenders go through them repeatedly. */
const batches = 50;

/** Writes a variant's task. Needs a TensorFlow.js backend. @returns the task */
export function writeTask(folder, workload, variant, batch) {
  const { name, sample, classes, rate, momentum } = workload;
  const model = variant.model();
  const { inputs, labels } = samples(
    batch * batches,
    sample.reduce((a, b) => a * b, 1),
    classes,
  );
  if (workload.scale)
    tf.tidy(() => workload.scale(model, tf.tensor(inputs.subarray(0, inputs.length / batches), [batch, ...sample])));
  const layers = describe(model, variant.prepared);
  const named = (role) => layers.flatMap((layer) => layer[role].map((array) => `${layer.name}.${array}`));
  const trainable = named("weights");
  const tensors = [
    ...model.trainableWeights.map((weight, i) => [trainable[i], weight.read()]),
    ...model.layers.flatMap((layer) =>
      Object.entries({ ...fixedArrays(layer), ...bufferArrays(layer) }).map(([key, tensor]) => [
        `${layer.name}.${key}`,
        tensor,
      ]),
    ),
  ].map(([key, tensor]) => [key, tensor.dataSync(), tensor.shape]);

  mkdirSync(folder);
  const arrays = {};
  const all = [["inputs", inputs, [batches, batch, ...sample]], ["labels", labels, [batches, batch]], ...tensors];
  for (const [key, data, shape] of all) {
    arrays[key] = { shape, dtype: data instanceof Int32Array ? "int32" : "float32" };
    writeFileSync(join(folder, `${key}.bin`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const task = {
    workload: name,
    variant: variant.name,
    prepared: Boolean(variant.prepared),
    batch,
    batches,
    classes,
    rate,
    momentum,
    threads: availableParallelism(),
    layers,
    trainable,
    buffers: named("buffers"),
    arrays,
  };
  writeFileSync(join(folder, "task.json"), JSON.stringify(task));
  return task;
}

/**
 * Reads a task back.
 * @returns the task, with `data(name)`, the numbers of an array, and `inBatches(numbers)`, which splits them by batch
 */
export function readTask(folder) {
  const task = JSON.parse(readFileSync(join(folder, "task.json"), "utf8"));
  const data = (name) => {
    // Not copied, because the process's memory is measured. Node's buffers start at a multiple of eight bytes.
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${name}.bin`));
    const Numbers = task.arrays[name].dtype === "int32" ? Int32Array : Float32Array;
    return new Numbers(buffer, byteOffset, byteLength / Numbers.BYTES_PER_ELEMENT);
  };
  const inBatches = (all) => {
    const size = all.length / task.batches;
    return Array.from({ length: task.batches }, (_, i) => all.subarray(i * size, (i + 1) * size));
  };
  return { ...task, data, inBatches };
}
