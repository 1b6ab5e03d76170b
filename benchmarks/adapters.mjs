#!/usr/bin/env node
// Adapts MobileNetV2, trained on other images, to Fashion-MNIST by several kinds of adapters. usage: npm run build &&
// node benchmarks/adapters.mjs --data FOLDER [--json FILE] [--only lora,fourier] [--seeds 3] [--epochs 4] [--train 2000]
// FOLDER holds the four IDX files, as Debian's package dataset-fashion-mnist installs them; npm fetches the network.
// See README.md, "Adapters".

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { adapt } from "@weightcast/convert";
import { dictionaries } from "@weightcast/dictionary";
import fouriers from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import randoms from "@weightcast/dictionary-random";
import wavelets from "@weightcast/dictionary-wavelet";
import { decodeAdapter } from "@weightcast/files";
import { saveAdapter } from "@weightcast/files/node";
import { adam, arrays, cosine, train } from "@weightcast/training";
import { featuresOf, runnerOf } from "./adapters/data.mjs";
import { methods } from "./adapters/methods.mjs";
import { fetchMobileNet, partsOf, published, withHead } from "./adapters/mobilenet.mjs";
import { parseOptions, positive, someOf } from "./lib/arguments.mjs";
import { aligned } from "./lib/table.mjs";

const given = parseOptions(process.argv.slice(2), {
  text: ["data", "json", "only", "seeds", "epochs", "train", "test", "size"],
  flags: [],
});
if (!given.data) throw new RangeError("--data takes the folder of the IDX files of Fashion-MNIST");
const integer = (name, usual) => positive(`--${name}`, given[name] ?? usual, Number.isSafeInteger);
const names = someOf("--only", given.only ?? Object.keys(methods).join(), Object.keys(methods));
const settings = {
  network: published,
  size: integer("size", 64),
  train: integer("train", 2000),
  validation: 1000,
  test: integer("test", 5000),
  seeds: Array.from({ length: integer("seeds", 3) }, (_, i) => i + 1),
  epochs: integer("epochs", 4),
  batch: 50,
};

dictionaries.register(...fouriers, ...kernels, ...randoms, ...wavelets);
const { reason } = await useEngine("auto");
console.log(reason);
const { lower, upper } = await partsOf(await fetchMobileNet(), settings.size);
const started = performance.now();
const { test, ...sets } = await featuresOf(given.data, lower, settings);
console.log(`features in ${seconds(started)} s`);

const folder = await mkdtemp(join(tmpdir(), "weightcast-adapters-"));
const record = { settings, machine: cpus()[0].model, probe: [], methods: {} };
try {
  const bases = [];
  for (const seed of settings.seeds) bases.push(await probed({ seed, ...sets }));
  record.speed = await speedOf(bases[0]);
  console.log(record.speed);
  for (const name of names) {
    record.methods[name] = await measured(name, bases);
    if (given.json) await writeFile(given.json, `${JSON.stringify(record, null, 2)}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}
report();

/** Network with a head that was trained on frozen features: the base of all adapters of a seed. */
async function probed(set) {
  const model = withHead(upper, 10);
  const pooled = await runnerOf(withoutHead(model));
  const inputs = async ({ values, count, shape }) => ({
    values: (await pooled(values, [count, ...shape])).slice(),
    shape: [1280],
  });
  const source = arrays(await inputs(set.train), set.train.labels, {
    batchSize: settings.batch,
    seed: set.seed,
    classes: 10,
  });
  const head = sequential({ layers: [layers.dense({ units: 10, inputShape: [1280], kernelInitializer: "zeros" })] });
  const steps = 10 * source.batchesPerEpoch;
  await train(head, source, { epochs: 10, optimizer: adam(), schedule: cosine(0.003, steps), compile: { threads: 1 } });
  const weights = head.getWeights();
  model.getLayer("logits").setWeights(weights);
  head.dispose();
  const error = await errorOf(model, test);
  record.probe.push(error);
  console.log(`seed ${set.seed}: new head alone ${percent(error)}`);
  return { set, model };
}

/** The upper network up to the features that the head reads. */
function withoutHead(model) {
  const { inputs } = model;
  return new model.constructor({ inputs, outputs: model.getLayer("pooled").output, name: "pooled" });
}

/** Results of a method over all seeds, at the rate that the validation images of the first seed prefer. */
async function measured(name, bases) {
  const { title, choose, rates } = methods[name];
  const [first, ...others] = bases;
  const tried = [];
  for (const rate of rates) {
    const run = await trained(first, choose, rate);
    const validation = await errorOfFile(run.file, first.model, first.set.validation);
    tried.push({ rate, validation, run });
    console.log(`${name}, rate ${rate}: validation ${percent(validation)}, ${run.seconds} s`);
  }
  const { rate, run } = tried.reduce((best, one) => (one.validation < best.validation ? one : best));
  const runs = [run];
  for (const base of others) runs.push(await trained(base, choose, rate));
  const errors = [];
  for (const [i, { model }] of bases.entries()) errors.push(await errorOfFile(runs[i].file, model, test));
  console.log(`${name}: test ${errors.map(percent).join(", ")}; ${run.file.length} bytes`);
  return {
    title,
    rate,
    tried: tried.map(({ rate, validation }) => ({ rate, validation })),
    learned: run.learned,
    bytes: run.file.length,
    errors,
    ...spreadOf(errors),
    seconds: runs.map((one) => one.seconds),
  };
}

/** One training: the file of its adapter. */
async function trained({ set, model }, choose, rate) {
  const started = performance.now();
  const adapted = adapt(model, choose(set.seed));
  const { values, shape, labels } = set.train;
  const source = arrays({ values, shape }, labels, { batchSize: settings.batch, seed: set.seed, classes: 10 });
  const { epochs } = settings;
  await train(adapted.model, source, {
    epochs,
    optimizer: adam(),
    schedule: cosine(rate, epochs * source.batchesPerEpoch),
    execution: "compiled",
    compile: { threads: 1 },
  });
  const path = join(folder, "adapter.safetensors.gz");
  await saveAdapter(path, adapted);
  const learned = adapted.learned("default");
  adapted.model.dispose();
  return { file: await readFile(path), learned, seconds: Number(seconds(started)) };
}

/** Error of the adapter in a file, put on its base and merged. */
async function errorOfFile(file, model, held) {
  const { adapted } = await decodeAdapter(model, file);
  const merged = adapted.merge();
  const error = await errorOf(merged, held);
  for (const one of [adapted.model, merged]) one.dispose();
  return error;
}

/** Share of images whose largest logit is of another class. */
async function errorOf(model, { values, labels, count, shape }) {
  const run = await runnerOf(model);
  const length = values.length / count;
  let wrong = 0;
  for (let at = 0; at < count; at += 100) {
    const some = Math.min(100, count - at);
    const logits = await run(values.slice(at * length, (at + some) * length), [some, ...shape]);
    for (let i = 0; i < some; i++) {
      const own = logits.subarray(i * 10, i * 10 + 10);
      if (own.indexOf(Math.max(...own)) !== labels[at + i]) wrong++;
    }
  }
  return wrong / count;
}

/** Time of predictions by the merged and by the adapted network, relative to the base, from neighbors in turn. */
async function speedOf({ model, set }) {
  const adapted = adapt(model, methods.fourier.choose(1));
  const merged = adapted.merge();
  const { values, shape } = set.train;
  const x = tf.tensor(values.slice(0, 32 * shape.reduce((a, b) => a * b)), [32, ...shape]);
  const once = (one) => {
    const start = performance.now();
    tf.tidy(() => one.predict(x).dataSync());
    return performance.now() - start;
  };
  const contenders = [model, merged, adapted.model];
  for (const one of contenders) for (let i = 0; i < 3; i++) once(one);
  const rounds = Array.from({ length: 41 }, (_, i) => {
    const order = i % 2 === 0 ? [0, 1, 2] : [2, 1, 0];
    const times = [];
    for (const k of order) times[k] = once(contenders[k]);
    return times;
  });
  const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
  return {
    merged: median(rounds.map(([base, other]) => other / base)),
    adapted: median(rounds.map(([base, , other]) => other / base)),
    milliseconds: median(rounds.map(([base]) => base)),
    load: loadavg()[0],
  };
}

function report() {
  const { lora } = record.methods;
  const rows = Object.values(record.methods).map(({ title, learned, bytes, mean, deviation, rate }) => [
    title,
    String(learned),
    `${(bytes / 1000).toFixed(1)} kB`,
    lora ? (bytes / lora.bytes).toFixed(3) : "",
    `${percent(mean)} ± ${(100 * deviation).toFixed(2)}`,
    lora ? `${(100 * (mean - lora.mean)).toFixed(2)}` : "",
    String(rate),
  ]);
  const head = ["adapter", "learned", "file", "of LoRA's", "test error", "points to LoRA", "rate"];
  console.log(`\nnew head alone: ${record.probe.map(percent).join(", ")}`);
  console.log(aligned([head, ...rows]));
  const { merged, adapted, milliseconds } = record.speed;
  console.log(
    `time of a prediction relative to the base: merged ${merged.toFixed(3)}, with the adapter ${adapted.toFixed(3)} (${milliseconds.toFixed(0)} ms)`,
  );
}

function spreadOf(errors) {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / Math.max(1, errors.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

function percent(share) {
  return `${(100 * share).toFixed(2)}%`;
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
