#!/usr/bin/env node
// Measures how long it takes to load a model file and to make its U again. usage: npm run build && npm run bench:load [-- LOADS]
// Writes MNIST networks 784–300–100 with 5% of their hidden weights learned, and loads each in fresh pages of a headless Chromium and
// in fresh threads of Node: ten times, or LOADS. The first load of each is cold, nothing is compiled by then; three more follow at once.
// The exit code is 1 if the median of the cold loads, from the bytes to a model that is ready, is 50 ms or more, or if a file has more
// than 4.2 bytes for each learned number and 2 kB in all.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { useEngine } from "@weightcast/backend";
import { encodeModel } from "@weightcast/files";
import { bundle } from "./browser/bundle.mjs";
import { findChromium, noChromium, openChromium, openPage } from "./browser/chromium.mjs";
import { serve } from "./browser/serve.mjs";
import { summary } from "./lib/statistics.mjs";
import { aligned, spread } from "./lib/table.mjs";
import { networks } from "./load/networks.mjs";

const loads = Number(process.argv[2] ?? 10);
if (!Number.isSafeInteger(loads) || loads < 1)
  throw new RangeError(`LOADS must be a positive integer; got ${process.argv[2]}`);
const most = { milliseconds: 50, bytesPerNumber: 4.2, bytes: 2048 };
const warm = 3;

const folder = await mkdtemp(join(tmpdir(), "weightcast-load-"));
try {
  await useEngine("cpu");
  const files = [];
  for (const [title, make] of Object.entries(networks)) files.push(await written(title, make()));
  const machine = `${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`;
  const rows = [...(await inChromium(files)), ...(await inNode(files))];
  console.log(`Milliseconds, median of ${loads} loads with the fastest and slowest in parentheses. ${machine}.\n`);
  console.log(aligned([["file", "in", "read", "load, cold", "first prediction", "load, warm"], ...rows]));
} finally {
  await rm(folder, { recursive: true });
}

/** Writes a model, and prints its size. */
async function written(title, model) {
  const bytes = await encodeModel(model);
  const path = join(folder, `${title.replaceAll(/\W+/g, "-")}.safetensors`);
  await writeFile(path, bytes);
  const numbers = model.countParams();
  const limit = most.bytesPerNumber * numbers + most.bytes;
  console.log(
    `${title}: ${bytes.length} bytes, ${numbers} learned numbers, ${(bytes.length / numbers).toFixed(2)} bytes for each; at most ${limit.toFixed(0)} bytes are allowed`,
  );
  if (bytes.length > limit) process.exitCode = 1;
  return { title, path };
}

/** Rows of all files, each loaded in pages of its own. */
async function inChromium(files) {
  const chromium = findChromium();
  if (!chromium) {
    console.log(`Not in Chromium: ${noChromium}`);
    return [];
  }
  const server = await serve({ "/load.js": await bundle("load"), "/models/": folder });
  const browser = await openChromium(chromium);
  try {
    return await rowsOf(files, `Chromium ${browser.version()}`, async (path) => {
      const page = await openPage(browser, server.url, "load");
      const url = path.replace(folder, "/models");
      const times = await page.evaluate(([url, count]) => globalThis.load.times(url, count), [url, 1 + warm]);
      await page.close();
      return times;
    });
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The same in threads of Node. */
function inNode(files) {
  return rowsOf(files, `Node ${process.version}`, (path) => {
    const worker = new Worker(new URL("load/in-node.mjs", import.meta.url), { workerData: { path, count: 1 + warm } });
    return new Promise((done, fail) => worker.once("message", done).once("error", fail));
  });
}

/** Rows of all files, which take turns. @param timesOf loads a file in a fresh engine */
async function rowsOf(files, where, timesOf) {
  const all = files.map(() => []);
  for (let round = 0; round < loads; round++)
    for (const [i, { path }] of files.entries()) all[i].push(await timesOf(path));
  return files.map(({ title }, i) => {
    const cold = all[i].map(([first]) => first);
    const load = summary(cold.map(({ load }) => load));
    if (load.median >= most.milliseconds) process.exitCode = 1;
    return [
      title,
      where,
      spread(summary(cold.map(({ read }) => read))),
      spread(load),
      spread(summary(cold.map(({ predict }) => predict))),
      spread(summary(all[i].flatMap(([, ...rest]) => rest.map(({ load }) => load)))),
    ];
  });
}
