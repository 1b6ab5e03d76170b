// A worker for Node's half of scripts/browser.test.mjs. It runs outside of the test runner, which would replace the built
// packages with the sources.

import { parentPort, workerData } from "node:worker_threads";
import { useEngine } from "@weightcast/backend";
import * as ort from "onnxruntime-node";
import { batches } from "./data.mjs";
import { compiled, scalars } from "./network.mjs";

const { variant, count } = workerData;
await useEngine("cpu");
const step = await compiled(variant, { runtime: ort, threads: 2 });
const losses = [];
let last;
for (const { inputs, labels } of batches(count)) {
  const before = await step.state();
  const { loss } = await step.run({ inputs, labels, scalars });
  losses.push(loss[0]);
  last = { before, inputs, labels, loss };
}
parentPort.postMessage({ model: step.model, losses, last: { ...last, scalars, after: await step.state() } });
