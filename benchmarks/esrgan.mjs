#!/usr/bin/env node
// Compresses a super-resolution network that people use, and compares it with an SVD and with integers of few bits.
// usage: npm run build && npm run bench:esrgan -- --images FOLDER [--json FILE] [--parts 0.5,0.75,0.333,0.167] [--steps 100, or 0] [--seeds 3]
// [--only found,weighted,svd]
// FOLDER holds at least six photographs, such as those of Debian's package mate-backgrounds; npm fetches the network.
// See README.md, "Super-resolution".

import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { factorize, factorizeWithin, layersOf, lowRank, principalChannels } from "@weightcast/convert";
import { dictionaries } from "@weightcast/dictionary";
import filters, { gaussianDerivative } from "@weightcast/dictionary-filters";
import fouriers, { fourier } from "@weightcast/dictionary-fourier";
import { decodeModel, quantization } from "@weightcast/files";
import { encodeSmall } from "@weightcast/files/node";
import { stream } from "@weightcast/random";
import { adam, arrays, cosine, distillation, regression, train } from "@weightcast/training";
import { fetchNetwork, published } from "./esrgan/network.mjs";
import { cuts, photographsOf, psnr, upscaled } from "./esrgan/photographs.mjs";
import { parseOptions, positive, someOf } from "./lib/arguments.mjs";
import { aligned } from "./lib/table.mjs";

const given = parseOptions(process.argv.slice(2), {
  text: ["images", "json", "only", "parts", "steps", "seeds"],
  flags: [],
});
if (!given.images) throw new RangeError("--images takes a folder of photographs");
const integer = (name, usual) => positive(`--${name}`, given[name] ?? usual, Number.isSafeInteger);
const settings = {
  network: published,
  parts: (given.parts ?? "0.5,0.75,0.333,0.167").split(",").map((part) => positive("--parts", part, Number.isFinite)),
  steps: given.steps === "0" ? 0 : integer("steps", 100),
  seeds: Array.from({ length: integer("seeds", 3) }, (_, i) => i + 1),
  rates: [1e-6, 1e-5, 1e-4, 1e-3],
  samples: 200,
  overhead: 16_000, // bytes of a file besides the weights: layers, recipes, indices of atoms
  edge: 24,
  batch: 8,
};

dictionaries.register(...filters, ...fouriers);
const { reason } = await useEngine("auto");
console.log(reason);
const network = await fetchNetwork();
const bytes = 4 * network.countParams();
const photographs = await photographsOf(given.images);
const third = (...rests) => photographs.filter((_, i) => rests.includes(i % 6));
const sets = { training: third(0, 2, 4), validation: third(1), test: third(3, 5) };
const originals = outputsOf(network);
const record = {
  settings: {
    ...settings,
    photographs: Object.fromEntries(Object.entries(sets).map(([k, list]) => [k, list.map(({ name }) => name)])),
  },
  machine: cpus()[0].model,
  original: { bytes, psnr: meanOf(sets.test.map(({ large }, i) => psnr(originals.test[i], large))) },
  results: [],
};
const samples = tf.tensor4d(cuts(sets.training, settings.samples, settings.edge, stream(0, "samples").uniform), [
  settings.samples,
  settings.edge,
  settings.edge,
  3,
]);
console.log(`original: ${bytes} bytes, PSNR ${record.original.psnr.toFixed(2)} dB`);

const isLarge = ({ weights }) => weights >= 4096;
const largest = layersOf(network)
  .convertible.filter(isLarge)
  .reduce((sum, { weights }) => sum + weights, 0);
/** Plain truncated SVD of the weights: the large layers, 95% of all weights, at the same part of their numbers; the others stay whole. */
const svd = (part) => {
  const share = 1 - ((1 - part) * bytes + settings.overhead) / (4 * largest);
  return factorize(network, (layer) => {
    const outputs = layer.kernel.at(-1);
    const inputs = layer.weights / outputs;
    const rank = Math.floor((share * layer.weights) / (inputs + outputs));
    return isLarge(layer) ? { dictionary: lowRank, rank, selection: "leading" } : undefined;
  });
};

/** Dictionaries on offer for each layer. */
const offers = {
  "low-rank": lowRank,
  "channels-1/6": principalChannels(1 / 6),
  "channels-1/3": principalChannels(1 / 3),
  "channels-2/3": principalChannels(2 / 3),
  "gaussian-derivative": ({ layer }) => gaussianDerivative(layer.domain),
  dct: ({ layer }) => fourier(layer.domain),
};

const curves = {};
/** Model within a part of the bytes, from curves that are measured once. */
const within = (name, on) => async (part) => {
  const budget = { bytes: part * bytes - settings.overhead };
  const sensitivity = curves[name] && { sensitivity: curves[name] };
  const small = await factorizeWithin(network, budget, { samples, dictionaries: on, ...sensitivity });
  curves[name] = small.sensitivity;
  return small;
};

const methods = {
  found: { title: "dictionaries found", make: within("found", offers) },
  weighted: { title: "SVD weighted by inputs", make: within("weighted", { "low-rank": lowRank }) },
  svd: { title: "plain SVD", make: svd },
};

for (const type of ["int8", "int4", "int2"]) await put("integers", { title: `dense, ${type}`, type }, network);
for (const name of someOf("--only", given.only ?? Object.keys(methods).join(), Object.keys(methods))) {
  const { title, make } = methods[name];
  let rate;
  for (const part of settings.parts) {
    const made = await make(part).catch((error) => {
      if (!error.message.includes("the budget must be at least")) throw error;
      console.log(`${title} ${part}: ${error.message}`);
    });
    if (!made) continue;
    const { model, layers } = made;
    const chosen = layers.map(({ path, dictionary, rank, learned, stored }) => ({
      path,
      dictionary,
      rank,
      learned,
      stored,
    }));
    const about = { title, part, layers: chosen };
    await put(name, { ...about, steps: 0 }, model);
    if (name === "weighted" || settings.steps === 0) {
      if (name === "found") await put(name, { ...about, steps: 0, type: "int8" }, model);
      continue;
    }
    const start = model.getWeights().map((tensor) => tensor.clone());
    rate ??= await bestRate(model, start); // of the first part
    const tuned = [];
    for (const seed of settings.seeds) tuned.push(quality(await trained(model, start, seed, rate), "test"));
    await put(name, { ...about, steps: settings.steps, rate, tuned }, model);
    await put(name, { ...about, steps: settings.steps, type: "int8" }, model);
    tf.dispose(start);
  }
}
report();

/** Outputs of the network for all photographs. */
function outputsOf(model) {
  const of = (set) => set.map(({ small }) => upscaled(model, small));
  return { validation: of(sets.validation), test: of(sets.test) };
}

/** Decibels lost against the photographs, and decibels to the original's own outputs: means over the photographs. */
function quality(model, set) {
  const [lost, agreement] = [[], []];
  for (const [i, { small, large }] of sets[set].entries()) {
    const output = upscaled(model, small);
    const original = originals[set][i];
    lost.push(psnr(original, large) - psnr(output, large));
    agreement.push(psnr(output, original));
  }
  return { lost: meanOf(lost), most: Math.max(...lost), agreement: meanOf(agreement) };
}

/** Measures the model that is read from its file, and adds a line to the record. */
async function put(method, about, model) {
  const grids = about.type && { quantization: quantization(model, { type: about.type }) };
  const sizes = {};
  let read;
  for (const compress of [false, true]) {
    const file = await encodeSmall(model, {}, { ...grids, compress });
    sizes[compress ? "compressed" : "plain"] = file.length;
    read ??= (await decodeModel(file)).model;
  }
  const line = { method, ...about, file: sizes, ...quality(read, "test") };
  read.dispose();
  record.results.push(line);
  if (given.json) await writeFile(given.json, `${JSON.stringify(record, null, 2)}\n`);
  const { title, part = "", type = "", steps = "" } = about;
  console.log(
    `${title} ${part} ${type} ${steps}: ${sizes.plain} bytes, ${sizes.compressed} compressed, ${line.lost.toFixed(3)} dB lost, ${line.agreement.toFixed(1)} dB to the original`,
  );
}

/** Rate with which the validation photographs agree best with the original's outputs after the training. */
async function bestRate(model, start) {
  const tried = [];
  for (const rate of settings.rates) {
    const { agreement } = quality(await trained(model, start, settings.seeds[0], rate), "validation");
    console.log(`  rate ${rate}: ${agreement.toFixed(2)} dB to the original on validation photographs`);
    tried.push({ rate, agreement });
  }
  return tried.reduce((best, one) => (one.agreement > best.agreement ? one : best)).rate;
}

/** The model, trained from the start to give the original's outputs. */
async function trained(model, start, seed, rate) {
  const { steps, batch, edge } = settings;
  model.setWeights(start);
  const count = 40 * batch;
  const values = cuts(sets.training, count, edge, stream(seed, "cuts").uniform);
  const none = { values: new Float32Array(count * 12 * edge * edge), shape: [2 * edge, 2 * edge, 3] };
  const source = arrays({ values, shape: [edge, edge, 3] }, none, { batchSize: batch, seed });
  await train(model, source, {
    epochs: Math.ceil(steps / source.batchesPerEpoch),
    task: distillation(network, regression(), { weight: 1 }),
    optimizer: adam(),
    schedule: cosine(rate, Math.ceil(steps / source.batchesPerEpoch) * source.batchesPerEpoch),
    execution: "compiled",
  });
  return model;
}

function report() {
  const head = ["network", "part", "file", "compressed", "steps", "dB lost", "worst photograph", "dB to original"];
  const rows = record.results.map(({ title, part, type, file, steps, lost, most, agreement, tuned }) => [
    `${title}${type && part ? `, ${type}` : ""}`,
    part ? String(part) : "",
    String(file.plain),
    String(file.compressed),
    String(steps ?? ""),
    tuned ? tuned.map((one) => one.lost.toFixed(3)).join(", ") : lost.toFixed(3),
    most.toFixed(3),
    agreement.toFixed(1),
  ]);
  console.log(aligned([head, ...rows]));
}

function meanOf(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
