// A worker for Node's half of scripts/model-files.test.mjs, outside of the test runner, which would replace the built packages with
// the sources. It writes the files, and reads them back.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { useEngine } from "@weightcast/backend";
import { quantization } from "@weightcast/files";
import { loadModel, saveModel } from "@weightcast/files/node";
import { atomsOf, networkOf, outputsOf, registerRecipes } from "./recipes.mjs";

const { recipes, folder } = workerData;
await useEngine("cpu");
registerRecipes();
const written = [];
for (const [i, { quantize, ...recipe }] of recipes.entries()) {
  const model = networkOf(recipe);
  const file = `${i}.safetensors${quantize ? ".gz" : ""}`;
  const small = quantize && { quantization: quantization(model, { type: quantize }), compress: true };
  await saveModel(join(folder, file), model, { classes: ["a"] }, small);
  const loaded = await loadModel(join(folder, file));
  const bytes = readFileSync(join(folder, file)).length;
  written.push({ file, bytes, atoms: atomsOf(model), outputs: outputsOf(loaded.model) });
}
parentPort.postMessage(written);
