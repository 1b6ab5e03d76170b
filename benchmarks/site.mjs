#!/usr/bin/env node
// Speed of the site's demos in a headless Chromium: how long until the first step of a training in the page, how long an epoch takes,
// and the longest task of the page's main thread. usage: node benchmarks/site.mjs [--json FILE]. Run `npm run docs` first.

import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { findChromium, noChromium, openChromium } from "./browser/chromium.mjs";
import { parseOptions } from "./lib/arguments.mjs";
import { measureTraining } from "./site/measure.mjs";
import { serveSite } from "./site/serve.mjs";

const { json } = parseOptions(process.argv.slice(2), { text: ["json"], flags: [] });
const chromium = findChromium();
if (!chromium) throw new Error(noChromium);
const before = loadavg()[0];
const server = await serveSite();
const browser = await openChromium(chromium);
try {
  const trainings = [];
  for (const kind of ["predicted", "dense"]) {
    trainings.push(await measureTraining(browser, server.url, kind));
    console.error(JSON.stringify(trainings.at(-1)));
  }
  const machine = { processor: cpus()[0].model, cores: cpus().length, browser: `Chromium ${browser.version()}` };
  const record = { machine, load: { before, after: loadavg()[0] }, trainings };
  if (json) writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
  console.log(JSON.stringify(record, null, 2));
} finally {
  await browser.close();
  await server.close();
}
