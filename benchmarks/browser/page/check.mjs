// What scripts/browser.test.mjs does in a page.

import { useEngine } from "@weightcast/backend";
import * as ort from "onnxruntime-web/wasm";
import { batches } from "../data.mjs";
import { compiled, scalars } from "../network.mjs";

ort.env.wasm.wasmPaths = "/ort/";

/** Whether threads can share memory here. */
export const isolated = () => crossOriginIsolated;

/** Runs an ONNX model once, on the elements of its inputs; gives the elements of its outputs. */
export async function runModel(model, inputs) {
  ort.env.wasm.numThreads = 2;
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const feeds = session.inputMetadata.map(({ name, type, shape }, i) => [name, new ort.Tensor(type, inputs[i], shape)]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return session.outputNames.map((name) => results[name].data);
}

/** Traces a step here, trains some steps, and gives the model's bytes, the losses and the last state. */
export async function train(variant, count, prepare) {
  await useEngine("cpu");
  const step = await compiled(variant, { runtime: ort, threads: 2, ...(prepare && { samples: { input: "inputs" } }) });
  const losses = [];
  for (const { inputs, labels } of batches(count)) {
    const rows = step.preparation ? await step.preparation.run(inputs) : inputs;
    const { loss } = await step.run({ inputs: rows, labels, scalars });
    losses.push(loss[0]);
  }
  const state = step.state();
  await step.release();
  return { model: step.model, prepared: step.preparation !== undefined, losses, state };
}
