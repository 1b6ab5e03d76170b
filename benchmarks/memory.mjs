#!/usr/bin/env node
// Memory over many compiled steps. usage: npm run build && npm run bench:memory [-- STEPS]
// Trains a small factorized network by @weightcast/training, its first layer prepared, and prints the process's memory as it goes.
// Exit code 1 if it grows by more than 32 MB after the first tenth.

import { useEngine } from "@weightcast/backend";
import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";
import { constant, sgd, train } from "@weightcast/training";
import { blobs } from "./lib/blobs.mjs";

const steps = Number(process.argv[2] ?? 100_000);
const allowed = 32 * 2 ** 20;
const { reason } = await useEngine("auto");
console.log(reason);

const source = blobs({ samples: 2000, inputs: 64, classes: 10, batch: 20 });
const weights = (inputs) => ({
  kind: "factorized",
  dictionary: gaussian([inputs], { seed: 1 }),
  rank: { proportion: 0.1 },
  columns: 4,
});
const model = mlp({
  inputs: 64,
  classes: 10,
  hidden: [
    { units: 32, weights: weights(64) },
    { units: 32, weights: weights(32) },
  ],
});

let first;
let last;
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
await train(model, source, {
  epochs: Math.ceil(steps / source.batchesPerEpoch),
  optimizer: sgd({ momentum: 0.9 }),
  schedule: constant(0.01),
  execution: "compiled",
  onEvent(event) {
    if (event.type === "execution") console.log(`${event.runtime}${event.prepared ? ", x U prepared" : ""}`);
    if (event.type !== "step" || event.step % Math.ceil(steps / 10) !== 0) return;
    const { rss, heapUsed } = process.memoryUsage();
    first ??= rss;
    last = rss;
    console.log(
      `${event.step} steps: ${megabytes(rss)}, of it ${megabytes(heapUsed)} JavaScript's; ${event.stepsPerSecond.toFixed(0)} steps/s`,
    );
  },
});
if (last - first > allowed) {
  console.error(`memory grew by ${megabytes(last - first)} after the first tenth of the steps`);
  process.exitCode = 1;
}
