#!/usr/bin/env node
// Trains what two demos show, and writes it into fixtures/ and public/demos, which are committed: `node apps/docs/scripts/fixtures.mjs`,
// about five minutes. Run `npm run build` first.
//
// - filters.json: twelve filters of the dense network for MNIST of Figure 1, whose prediction the demo "Predict a filter" shows, as integers
//   from -127 to 127, each scaled by its own largest magnitude.
// - digits.safetensors.gz: the network 784–300–100–10 of the guide "From training to predictions", with 15% and 40% learned, in 3 bits.

import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useEngine } from "@weightcast/backend";
import { fig1 } from "@weightcast/experiments";
import { loadModel } from "@weightcast/files/node";
import { modelFile, resolveRun, runAll } from "@weightcast/runs";

const site = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "weightcast-fixtures-"));
const count = 12;
/** As in the guide. */
const compact = {
  label: "small",
  network: {
    model: "mlp",
    hidden: [300, 100],
    activation: "relu",
    layers: {
      hidden_1: {
        ...{ weights: "factorized", dictionary: "fourier", options: { basis: "cosine" }, selection: "leading" },
        ...{ proportion: 0.15, columns: 1, basis: "orthonormal" },
      },
      hidden_2: { weights: "factorized", dictionary: "gaussian", proportion: 0.4, columns: 1, basis: "orthonormal" },
    },
  },
  training: { epochs: 20, rate: 0.1, weightDecay: 0.0003, augment: { crop: 1 } },
  quantization: { type: "int3", vectors: "int8", epochs: 10, rate: 0.02, origin: false },
};

const specs = [...fig1({ networks: ["mnist"] }), resolveRun(compact)];
const records = await runAll(specs, { folder, engine: "wasm", models: "keep" });
const [dense, small] = records.map((record) => modelFile(folder, record));
copyFileSync(small, join(site, "public/demos/digits.safetensors.gz"));

await useEngine("wasm");
const { model } = await loadModel(dense);
const weights = model.getLayer("hidden_1").getWeights()[0];
const [pixels, units] = weights.shape;
const w = weights.dataSync();
const filters = Array.from({ length: count }, (_, i) => {
  const unit = Math.floor((i * units) / count);
  const filter = Array.from({ length: pixels }, (_, pixel) => w[pixel * units + unit]);
  const largest = Math.max(...filter.map(Math.abs));
  return filter.map((value) => Math.round((127 * value) / largest) + 0);
});
const text = { run: records[0].id, shape: [28, 28], filters: filters.map((one) => one.join(" ")) };
writeFileSync(join(site, "fixtures/filters.json"), `${JSON.stringify(text, null, 1)}\n`);
for (const { spec, result } of records) console.log(spec.label, result.testError);
