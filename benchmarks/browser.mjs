#!/usr/bin/env node
// Weightcast and its peers in one headless Chromium. usage: npm run bench:browser -- --help

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { findChromium, noChromium } from "./browser/chromium.mjs";
import { batch } from "./browser/data.mjs";
import { measureAll, threads } from "./browser/measure.mjs";
import { readOptions, usage } from "./browser/options.mjs";
import { report } from "./browser/report.mjs";
import { UsageError } from "./lib/arguments.mjs";

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main({ help, json, ...options }) {
  if (help) return console.log(usage);
  const chromium = findChromium();
  if (!chromium) {
    console.error(noChromium);
    process.exitCode = 1;
    return;
  }
  const { browser, rows } = await measureAll(chromium, options, (text) => process.stderr.write(`${text}\n`));
  const record = {
    machine: {
      processor: cpus()[0].model,
      cores: cpus().length,
      node: process.version,
      browser: `Chromium ${browser}`,
    },
    settings: { batch, threads, rounds: options.rounds, seconds: options.seconds },
    rows,
  };
  if (json) writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
  console.log(report(record));
}
