#!/usr/bin/env node
// npm run bench:ideas: what ideas for a faster training step give, each against what the compiler does. See README.md, or --help.

import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { useEngine } from "@weightcast/backend";
import { nodeRuntime } from "@weightcast/compile";
import { formulas, names, ways } from "./ideas/index.mjs";
import { openFormula, openWay } from "./ideas/open.mjs";
import { parseOptions, positive, someOf, UsageError } from "./lib/arguments.mjs";
import { machineOf } from "./lib/record.mjs";
import { measure } from "./lib/rounds.mjs";
import { scratchFolder } from "./lib/scratch.mjs";
import { ratio, summary } from "./lib/statistics.mjs";
import { aligned, number, spread } from "./lib/table.mjs";

const usage = `usage: npm run bench:ideas -- [options]

Measures ideas for faster training steps, each against what the compiler does, in alternating rounds.

  --only A,B       only these ideas: ${names.slice(0, 4).join(", ")},
                   ${names.slice(4).join(", ")}
  --rounds N       turns of each (default 5)
  --seconds S      length of a turn (default 0.5)
  --batch N        images per step of the convolutions (default 100)
  --json FILE      also write the results to this file
  --help           show this help`;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench:ideas: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

function readOptions(args) {
  const values = parseOptions(args, { text: ["only", "rounds", "seconds", "batch", "json"], flags: ["help"] });
  if (values.help) return { help: true };
  return {
    only: values.only === undefined ? names : someOf("--only", values.only, names),
    rounds: positive("--rounds", values.rounds ?? "5", Number.isSafeInteger),
    seconds: positive("--seconds", values.seconds ?? "0.5", Number.isFinite),
    batch: positive("--batch", values.batch ?? "100", Number.isSafeInteger),
    json: values.json,
  };
}

async function main({ only, rounds, seconds, batch, json }) {
  const [load] = loadavg();
  const threads = availableParallelism();
  const { runtime, detail } = await nodeRuntime();
  if (!runtime) throw new Error(detail);
  await useEngine("wasm"); // creates the networks; the runtime trains them
  const scratch = scratchFolder("ideas");
  const rows = [];
  for (const idea of [...formulas, ...ways].filter(({ idea }) => only.includes(idea))) {
    const where = idea.where ?? `${idea.workload}, ${idea.variant}`;
    console.error(`${idea.title}; ${where}`);
    const pair = await (idea.specs ? openFormula(idea, { runtime, threads, batch }) : openWay(idea, runtime, scratch));
    const [ours, other] = await measure(pair.rows, { rounds, seconds, say: () => {} });
    rows.push({
      idea: idea.idea,
      title: idea.title,
      where,
      difference: pair.difference,
      milliseconds: summary(ours.map((rate) => 1000 / rate)),
      withIdea: summary(other.map((rate) => 1000 / rate)),
      speed: ratio(other, ours),
    });
    await pair.release();
  }
  const record = { machine: machineOf(), settings: { rounds, seconds, batch, threads, load, runtime: detail }, rows };
  console.log(report(record));
  if (json) writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
}

function report({ settings: { rounds, seconds, batch, threads, runtime, load }, machine, rows }) {
  return [
    `Milliseconds of a step, batch ${batch}: medians of ${rounds} alternating rounds of ${seconds} s, with the fastest and slowest in parentheses;`,
    `the speed with the idea relative to that without, from the rounds' ratios. Above 1, the idea would be faster. ${threads} threads,`,
    `${machine.processor}, ${runtime}; load before the run ${load.toFixed(1)}.`,
    "",
    aligned([
      ["idea", "where", "ms", "ms with it", "speed with it"],
      ...rows.map(({ title, where, milliseconds, withIdea, speed }) => [
        title,
        where,
        number(milliseconds.median),
        number(withIdea.median),
        spread(speed),
      ]),
    ]),
  ].join("\n");
}
