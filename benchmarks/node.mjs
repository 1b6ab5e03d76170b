#!/usr/bin/env node
// npm run bench: compares Weightcast's training steps with those of its peers. See README.md, or --help.

import { writeFileSync } from "node:fs";
import { UsageError } from "./lib/arguments.mjs";
import { bench } from "./lib/bench.mjs";
import { readOptions, usage } from "./lib/options.mjs";
import { scratchFolder } from "./lib/scratch.mjs";
import { report } from "./lib/table.mjs";

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else {
    const record = await bench(options, scratchFolder("bench"));
    console.log(report(record, Object.fromEntries(options.workload.variants.map(({ name, title }) => [name, title]))));
    if (options.json) writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
