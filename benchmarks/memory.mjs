#!/usr/bin/env node
// Measures memory over many compiled steps. usage: npm run build && npm run bench:memory [-- STEPS]
// Trains a small factorized network with @weightcast/training, with its first layer prepared, and prints the memory of the
// process along the way. The exit code is 1 if it grows by more than 32 MB after the first tenth of the steps.

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
const weights = ({ input }) => ({
  kind: "factorized",
  dictionary: gaussian(input, { seed: 1 }),
  rank: { proportion: 0.1 },
  columns: 4,
});
const model = mlp({ input: [64], hidden: [32, 32], classes: 10, weights });

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
      `${event.step} steps: ${megabytes(rss)}, ${megabytes(heapUsed)} of it in JavaScript; ${event.stepsPerSecond.toFixed(0)} steps/s`,
    );
  },
});
if (last - first > allowed) {
  console.error(`memory grew by ${megabytes(last - first)} after the first tenth of the steps`);
  process.exitCode = 1;
}
