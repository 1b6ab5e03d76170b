#!/usr/bin/env node
// Adapts MobileNetV2, trained on other images, to Fashion-MNIST by several kinds of adapters. usage: npm run build &&
// npm run bench:adapters -- --data FOLDER [--json FILE] [--only lora,fourier] [--seeds 3] [--epochs 4] [--train 2000]
// [--rank 4] [--rate 0.01] [--features FILE, which keeps the outputs of the frozen layers],
// or -- --speed for the speed alone.
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
import { keptFeatures, runnerOf } from "./adapters/data.mjs";
import { names as known, methodsOf } from "./adapters/methods.mjs";
import { fetchMobileNet, partsOf, published, withHead } from "./adapters/mobilenet.mjs";
import { parseOptions, positive, someOf } from "./lib/arguments.mjs";
import { aligned } from "./lib/table.mjs";

const given = parseOptions(process.argv.slice(2), {
  text: ["data", "json", "only", "seeds", "epochs", "train", "test", "size", "features", "rate", "rank"],
  flags: ["speed"],
});
if (!given.data && !given.speed) throw new RangeError("--data takes the folder of the IDX files of Fashion-MNIST");
const integer = (name, usual) => positive(`--${name}`, given[name] ?? usual, Number.isSafeInteger);
const names = someOf("--only", given.only ?? known.join(), known);
const settings = {
  network: published,
  size: integer("size", 64),
  train: integer("train", 2000),
  validation: 1000,
  test: integer("test", 5000),
  seeds: Array.from({ length: integer("seeds", 3) }, (_, i) => i + 1),
  epochs: integer("epochs", 4),
  batch: 100,
  rank: integer("rank", 4),
};
const methods = methodsOf(settings.rank);

dictionaries.register(...fouriers, ...kernels, ...randoms, ...wavelets);
const { reason } = await useEngine("auto");
console.log(reason);
const { lower, upper } = await partsOf(await fetchMobileNet(), settings.size);
const record = { settings, machine: cpus()[0].model, speed: speedOf(withHead(upper, 10)), probe: [], methods: {} };
console.log(record.speed);
if (given.speed) process.exit();

const started = performance.now();
const { network, size } = settings;
const counts = { network, size, train: settings.train, validation: settings.validation, test: settings.test };
const { test, ...sets } = await keptFeatures(given.features, given.data, lower, counts);
console.log(`features in ${seconds(started)} s`);
const folder = await mkdtemp(join(tmpdir(), "weightcast-adapters-"));
try {
  const bases = [];
  for (const seed of settings.seeds) bases.push(await probed({ seed, ...sets }));
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
  const inputs = async ({ values, labels, shape }) => ({
    values: (await pooled(values, [labels.length, ...shape])).slice(),
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
  const { title, choose, rates: usual } = methods[name];
  const rates = given.rate ? [positive("--rate", given.rate, Number.isFinite)] : usual;
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
async function errorOf(model, { values, labels, shape }) {
  const count = labels.length;
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

/**
 * Time of predictions by the merged and by the adapted network, relative to the base: the median over rounds, in each of which all take their
 * turn. The processor's time hardly depends on what else runs on the machine.
 */
function speedOf(model) {
  const adapted = adapt(model, methods.fourier.choose(1));
  const merged = adapted.merge();
  const x = tf.randomUniform([32, ...model.inputs[0].shape.slice(1)], 0, 1, "float32", 1);
  const once = (one) => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    tf.tidy(() => one.predict(x).dataSync());
    const { user, system } = process.cpuUsage(cpu);
    return { elapsed: performance.now() - start, processor: (user + system) / 1000 };
  };
  const contenders = [model, merged, adapted.model];
  for (const one of contenders) for (let i = 0; i < 3; i++) once(one);
  const rounds = Array.from({ length: 61 }, (_, i) => {
    const times = [];
    for (let k = 0; k < 3; k++) times[(k + i) % 3] = once(contenders[(k + i) % 3]);
    return times;
  });
  const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
  const ratios = (kind) => ({
    merged: median(rounds.map(([base, other]) => other[kind] / base[kind])),
    adapted: median(rounds.map(([base, , other]) => other[kind] / base[kind])),
    milliseconds: median(rounds.map(([base]) => base[kind])),
  });
  const result = {
    elapsed: ratios("elapsed"),
    processor: ratios("processor"),
    rounds: rounds.length,
    load: loadavg()[0],
  };
  tf.dispose(x);
  for (const one of [merged, adapted.model]) one.dispose();
  return result;
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
  const { merged, adapted, milliseconds } = record.speed.processor;
  console.log(
    `processor time of a prediction relative to the base: merged ${merged.toFixed(3)}, with the adapter ${adapted.toFixed(3)} (${milliseconds.toFixed(0)} ms)`,
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
