#!/usr/bin/env node
// Measures the memory of a layer on a large domain. usage: npm run build && npm run bench:domain [-- eager|compiled [fourier|wavelet]]
// Trains a network whose first layer takes images of 224 × 224 × 3 and learns 5% of its weights. U would take 4.5 GB as a
// matrix, and is applied axis by axis instead. Prints the peak memory of the process; the exit code is 1 if it is 2 GB or more.

import { useEngine } from "@weightcast/backend";
import { fourier } from "@weightcast/dictionary-fourier";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { mlp } from "@weightcast/models";
import { constant, sgd, train } from "@weightcast/training";
import { blobs } from "./lib/blobs.mjs";

const [execution = "compiled", name = "fourier"] = process.argv.slice(2);
const domain = [224, 224, 3];
const inputs = 224 * 224 * 3;
const { reason } = await useEngine("auto");
console.log(reason);

const started = performance.now();
const dictionary = { fourier, wavelet }[name](domain);
console.log(`${name}: ${dictionary.size} atoms in ${((performance.now() - started) / 1000).toFixed(2)} s`);
const weights = { kind: "factorized", dictionary, rank: { proportion: 0.05 }, selection: "leading" };
const model = mlp({ input: domain, hidden: [100], classes: 10, weights: { hidden_1: weights } });
const source = blobs({ samples: 256, inputs, classes: 10, batch: 32 });
const { seconds, step, history } = await train(model, source, {
  epochs: 5,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: constant(0.01),
  execution,
  onEvent: (event) => event.type === "execution" && console.log(event.runtime ?? "eager"),
});
const peak = process.resourceUsage().maxRSS * 1024;
console.log(
  `${step} steps of 32 images in ${seconds.toFixed(1)} s, loss ${history[0].loss.toFixed(3)} → ${history.at(-1).loss.toFixed(3)}; peak memory ${(peak / 1e9).toFixed(2)} GB`,
);
if (peak >= 2e9) process.exitCode = 1;
