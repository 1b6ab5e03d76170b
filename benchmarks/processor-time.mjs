#!/usr/bin/env node
// Processor time of a step of the example models: unlike steps per second, it hardly depends on what else the machine does.
// usage: processor-time.mjs fit|native|wasm|cpu [EXAMPLE…]

import { useEngine } from "@weightcast/backend";
import { fit } from "@weightcast/training";
import { tensors } from "./examples/array.mjs";
import { examples } from "./examples/index.mjs";
import { seeded } from "./examples/seeded.mjs";
import { median } from "./lib/statistics.mjs";

const [, , how, ...names] = process.argv;
await useEngine(how === "fit" ? "cpu" : how);
for (const example of examples.filter(({ name }) => names.length === 0 || names.includes(name)))
  console.log(JSON.stringify({ example: example.name, how, ...(await timesOf(example)) }));

/** Milliseconds of all threads for a step: of the first epoch, which includes compilation, and the median of three later ones. */
async function timesOf({ full: { batchSize, steps, ...size }, build, data }) {
  const model = seeded(build(size));
  const { xs, ys } = data(size, steps * batchSize);
  const epochs = [];
  let before = process.cpuUsage();
  const onEpochEnd = () => {
    const { user, system } = process.cpuUsage(before);
    epochs.push((user + system) / 1000 / steps);
    before = process.cpuUsage();
  };
  const args = { epochs: 4, verbose: 0, batchSize, shuffle: false, callbacks: { onEpochEnd } };
  // A single thread, because the runtime's threads spin while they wait for one another.
  const compiled = { ...args, execution: "compiled", compile: { threads: 1 } };
  if (how === "fit") await fit(model, tensors(xs), tensors(ys), compiled);
  else await model.fit(tensors(xs), tensors(ys), args);
  const [first, ...later] = epochs;
  return { firstEpoch: first, step: median(later) };
}
