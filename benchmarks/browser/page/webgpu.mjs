// The part of scripts/webgpu.test.mjs that runs in a page: the same steps on WebGPU and on the processor.

import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { compileFunction, compileStep, findDevice } from "@weightcast/compile";
import { kernel } from "@weightcast/dictionary-kernel";
import { lenet5, mlp, resnet20 } from "@weightcast/models";
import { stream } from "@weightcast/random";
import { createStep, initialState, sgd, train } from "@weightcast/training";
import * as wasm from "onnxruntime-web/wasm";
import * as ort from "onnxruntime-web/webgpu";
import { functions } from "../functions.mjs";
import { copies } from "./copies.mjs";

wasm.env.wasm.wasmPaths = "/ort/";
wasm.env.wasm.numThreads = 2;
ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 2;

/**
 * What there is, by either module of the runtime. A program stays open for as long as the page, because shaders are compiled again after
 * the last one is released.
 */
export async function devices() {
  const found = { webgpu: await findDevice(ort), wasm: await findDevice(wasm) };
  await useEngine("cpu");
  if (found.webgpu.device === "webgpu")
    await compileFunction((x) => tf.abs(x), { shape: [1], dtype: "float32" }, { runtime: ort, device: "webgpu" });
  return found;
}

const factorized = (layer) => ({ kind: "factorized", dictionary: kernel(layer.kernel), rank: { proportion: 0.25 } });

/** Networks, with the shape of their images and the size of a batch. */
const networks = {
  mlp: {
    make: () => mlp({ hidden: [30, 20], weights: factorized, seed: 1 }),
    ...{ image: [784], batch: 8, samples: { input: "inputs" } },
  },
  lenet5: { make: () => lenet5({ input: [28, 28, 1], seed: 1 }), image: [28, 28, 1], batch: 8 },
  // One block a stage, because a software adapter takes seconds for a step of three.
  resnet: {
    make: () => resnet20({ blocks: 1, widths: [8, 8, 12], input: [16, 16, 3], seed: 1 }),
    ...{ image: [16, 16, 3], batch: 8 },
  },
};

/** Batches of a network, the same every time. */
function batchesOf({ image, batch }, count) {
  const { normal, integer } = stream(1, "batches");
  const size = image.reduce((product, length) => product * length, batch);
  return Array.from({ length: count }, () => ({
    inputs: Float32Array.from({ length: size }, normal),
    labels: Int32Array.from({ length: batch }, () => integer(10)),
  }));
}

/** Compiled step of a network on a device, with its initial state. */
async function open(name, device) {
  const { make, image, batch, samples } = networks[name];
  const model = make();
  const optimizer = sgd({ momentum: 0.9 });
  const update = createStep(model, { optimizer });
  const state = initialState(model, optimizer);
  const spec = (shape, dtype = "float32") => ({ shape, dtype });
  const step = (state, { inputs, labels, scalars }) => {
    const { loss, weights, slots, buffers } = update(state, { inputs, labels }, scalars);
    return { state: { weights, slots, buffers }, outputs: { loss } };
  };
  const inputs = { inputs: spec([batch, ...image]), labels: spec([batch], "int32"), scalars: [spec([])] };
  const options = { runtime: ort, device, layers: model.layers, ...(samples && { samples }) };
  const program = await compileStep(step, { state, inputs }, options);
  const values = (tensor) => tensor.dataSync();
  program.load({
    weights: state.weights.map(values),
    slots: state.slots.map((slots) => slots.map(values)),
    buffers: state.buffers.map(values),
  });
  tf.dispose(state);
  model.dispose();
  return program;
}

/**
 * Trains a network for a few steps on one device.
 * @returns the losses, the last state's arrays, whether the inputs were prepared, and the copies of each step between device and host
 */
export async function steps(name, device, count) {
  await useEngine("cpu");
  const program = await open(name, device);
  const result = { losses: [], copies: [], prepared: program.preparation !== undefined };
  for (const { inputs, labels } of batchesOf(networks[name], count)) {
    const rows = program.preparation ? await program.preparation.run(inputs) : inputs;
    const before = copies();
    const { loss } = await program.run({ inputs: rows, labels, scalars: [Float32Array.of(0.01)] });
    result.copies.push({ ...copies(before), given: rows.byteLength + labels.byteLength + 4 });
    result.losses.push(loss[0]);
  }
  const { weights, slots, buffers } = await program.state();
  await program.release();
  return { ...result, state: [...weights, ...slots.flat(), ...buffers] };
}

/** Results of one of the functions on a device. */
export async function call(name, device) {
  await useEngine("cpu");
  const { fn, specs } = functions[name];
  const compiled = await compileFunction(fn, specs, { runtime: ort, device, dtype: "any" });
  const { normal, integer } = stream(2, "inputs");
  const inputs = specs.map(({ shape, below }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return Float32Array.from({ length }, () => (below ? integer(below) : normal()));
  });
  const results = await compiled.run(inputs);
  await compiled.release();
  return results;
}

const modules = { webgpu: ort, wasm };

/**
 * Trains the perceptron by `train` for two epochs, each with a smaller batch at the end.
 * @param compile options, with the name of the runtime's module
 * @returns the event `execution`, the losses of epochs and evaluations, and the warnings; or the error
 */
export async function trained({ module, ...compile }) {
  await useEngine("cpu");
  const { make, image, batch } = networks.mlp;
  const batches = batchesOf({ image, batch }, 4).map((one) => ({ ...one, count: batch }));
  const { inputs, labels } = batches.pop();
  const few = batch / 2;
  batches.push({ inputs: inputs.slice(0, inputs.length / 2), labels: labels.slice(0, few), count: few });
  const source = {
    ...{ count: 3 * batch + few, batchSize: batch, batchesPerEpoch: 4, inputShape: image, classes: 10 },
    batches: (_, from = 0) => batches.slice(from),
  };
  const model = make();
  const warnings = [];
  const { warn } = console;
  console.warn = (text) => warnings.push(text);
  try {
    let about;
    const { history } = await train(model, source, {
      ...{ epochs: 2, lossEvery: 1, optimizer: "adam", schedule: 0.001, evaluation: { source } },
      ...{ execution: "compiled", compile: { runtime: modules[module], stepsPerCall: 2, ...compile } },
      onEvent(event) {
        if (event.type === "execution") about = event;
      },
    });
    return { about, warnings, losses: history.flatMap(({ loss, evaluation }) => [loss, evaluation.loss]) };
  } catch (error) {
    return { error: error.message };
  } finally {
    console.warn = warn;
    model.dispose();
  }
}

/** Warnings of two trainings in a row, without a listener: each epoch is one batch. */
export async function warned(module) {
  await useEngine("cpu");
  const { image, batch } = networks.mlp;
  const [one] = batchesOf({ image, batch }, 1);
  const source = {
    ...{ count: batch, batchSize: batch, batchesPerEpoch: 1, inputShape: image, classes: 10 },
    batches: () => [{ ...one, count: batch }],
  };
  const warnings = [];
  const { warn } = console;
  console.warn = (text) => warnings.push(text);
  try {
    for (let i = 0; i < 2; i++) {
      const model = networks.mlp.make();
      await train(model, source, { epochs: 1, optimizer: "sgd", schedule: 0.1, compile: { runtime: modules[module] } });
      model.dispose();
    }
    return warnings;
  } finally {
    console.warn = warn;
  }
}
