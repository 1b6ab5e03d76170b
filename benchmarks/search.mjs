#!/usr/bin/env node
// A Bayesian search with successive halving against the full grid: MNIST, learning rate × weight decay × length scale of the kernel. Settings
// are chosen by validation images; the best of each is trained again for its test error. Prints both errors and epochs, by seed, as JSON.
// usage: npm run build && search.mjs [--folder FOLDER, which keeps the runs: the same command goes on there] [--seeds 1,2,3] [--train 6000]
// [--validation 10000] [--units 100] [--epochs 9] [--settings 24] [--jobs 1]

import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { readRecord, refitRuns, refitSetting, resolveRun, resolveSweep, runSweep } from "@weightcast/runs";
import { parseOptions, positive } from "./lib/arguments.mjs";

const given = parseOptions(process.argv.slice(2), {
  text: ["folder", "seeds", "train", "validation", "units", "epochs", "settings", "jobs"],
  flags: [],
});
const integer = (name, usual) => positive(`--${name}`, given[name] ?? usual, Number.isSafeInteger);
const seeds = (given.seeds ?? "1,2,3").split(",").map((text) => positive("--seeds", text, Number.isSafeInteger));
const [train, validation, units] = [integer("train", 6000), integer("validation", 10_000), integer("units", 100)];
const [epochs, settings, jobs] = [integer("epochs", 9), integer("settings", 24), integer("jobs", 1)];

/** Values of the grid; the search has the ranges between them. */
const values = { rate: [0.1, 0.2, 0.4, 0.8], weightDecay: [0, 1e-4, 1e-3], lengthScale: [0.5, 1, 2, 4] };
const ends = (name) => ({ from: Math.min(...values[name]), to: Math.max(...values[name]), scale: "log" });

const sweeps = {
  grid: () => resolveSweep({ axes: values }),
  search: (seed) =>
    resolveSweep({
      axes: { rate: ends("rate"), weightDecay: values.weightDecay, lengthScale: ends("lengthScale") },
      ...{ search: "tpe", settings, seed, halving: { least: 1, factor: 3 } },
    }),
};

const runOf =
  (seed) =>
  ({ rate, weightDecay, lengthScale }) =>
    resolveRun({
      ...{ label: "SE", seed, data: { name: "mnist", train, validation } },
      hidden: [{ weights: "factorized", units, dictionary: "kernel", options: { lengthScale }, proportion: 0.05 }],
      training: { epochs, rate, weightDecay },
    });

/** Best setting of a sweep by validation, its test error, and the epochs that the sweep took, without those of the test. */
async function outcomeOf(name, seed, folder) {
  const sweep = sweeps[name](seed);
  const options = { folder: join(folder, name, `${seed}`), engine: "wasm", jobs, threads: 1, onEvent };
  const [best] = await runSweep(sweep, { runOf: runOf(seed), epochs }, options);
  const trained = (await readRecord(options.folder)).filter(({ spec }) => spec.data.validation !== undefined);
  const refit = await refitSetting(best, refitRuns(best, sweep, { runOf: runOf(seed) }), options);
  return {
    ...{ values: best.point, validationError: best.score.mean, testError: refit.score.mean },
    ...{ runs: trained.length, epochs: trained.reduce((sum, { spec }) => sum + spec.training.epochs, 0) },
    seconds: trained.reduce((sum, { result }) => sum + result.seconds, 0),
  };
}

let ended = 0;
function onEvent({ type }) {
  if (type !== "end" && type !== "skip") return;
  ended++;
  process.stderr.write(`\r${ended} runs`);
}

const folder = given.folder ?? (await mkdtemp(join(tmpdir(), "weightcast-search-")));
try {
  const outcomes = [];
  for (const seed of seeds) {
    const [grid, search] = [await outcomeOf("grid", seed, folder), await outcomeOf("search", seed, folder)];
    outcomes.push({ seed, grid, search });
  }
  process.stderr.write("\n");
  /** Mean over the seeds of what the search has more than the grid. */
  const difference = (of) => outcomes.reduce((sum, { grid, search }) => sum + of(search) - of(grid), 0) / seeds.length;
  const total = (name) => outcomes.reduce((sum, one) => sum + one[name].epochs, 0);
  console.log(
    JSON.stringify({
      ...{ train, validation, units, epochs, settings, values, outcomes },
      validationPoints: 100 * difference((one) => one.validationError),
      testPoints: 100 * difference((one) => one.testError),
      epochsRatio: total("search") / total("grid"),
      load: loadavg()[0],
    }),
  );
} finally {
  if (given.folder === undefined) await rm(folder, { recursive: true });
}
