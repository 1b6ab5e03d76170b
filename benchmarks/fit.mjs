#!/usr/bin/env node
// npm run bench:fit: `fit` against `model.fit` on example models. See README.md, or --help.

import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { findChromium, noChromium } from "./browser/chromium.mjs";
import { startBrowser } from "./fit/in-browser.mjs";
import { openProcess } from "./fit/in-node.mjs";
import { measureExample } from "./fit/measure.mjs";
import { readOptions, usage } from "./fit/options.mjs";
import { report, summaryOf } from "./fit/report.mjs";
import { UsageError } from "./lib/arguments.mjs";
import { machineOf } from "./lib/record.mjs";

const say = (text) => process.stderr.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error instanceof UsageError ? `bench:fit: ${error.message}\n\n${usage}` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main({ browser, examples, contenders, rounds, seconds, json }) {
  const [load] = loadavg();
  const threads = availableParallelism();
  const chromium = browser ? findChromium() : undefined;
  if (browser && !chromium) throw new UsageError(noChromium);
  const pages = chromium && (await startBrowser(chromium, threads));
  const rows = [];
  const record = () => ({
    settings: { rounds, seconds, threads, load },
    machine: {
      ...machineOf(),
      ...(pages && { browser: pages.version }),
    },
    rows,
    summary: summaryOf(rows),
  });
  try {
    for (const example of examples) {
      rows.push(await measureExample(example, contenders, pages?.open ?? openProcess, { rounds, seconds, say }));
      // After every model, because the whole takes long.
      if (json) writeFileSync(json, `${JSON.stringify(record(), null, 2)}\n`);
    }
  } finally {
    await pages?.close();
  }
  console.log(report(record()));
}
