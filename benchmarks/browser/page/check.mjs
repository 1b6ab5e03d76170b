// The part of scripts/browser.test.mjs that runs in a page.

import { useEngine } from "@weightcast/backend";
import * as ort from "onnxruntime-web/wasm";
import { batches } from "../data.mjs";
import { compiled, scalars } from "../network.mjs";

ort.env.wasm.wasmPaths = "/ort/";

/** Whether threads can share memory in this page. */
export const isolated = () => crossOriginIsolated;

/** Runs an ONNX model once. @param inputs elements of its inputs @returns elements of its outputs */
export async function runModel(model, inputs) {
  ort.env.wasm.numThreads = 2;
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const feeds = session.inputMetadata.map(({ name, type, shape }, i) => [name, new ort.Tensor(type, inputs[i], shape)]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return session.outputNames.map((name) => results[name].data);
}

/** Traces a step in this page and trains with it. @returns the model's bytes, the losses and the last state */
export async function train(variant, count, prepare) {
  await useEngine("cpu");
  const step = await compiled(variant, { runtime: ort, threads: 2, ...(prepare && { samples: { input: "inputs" } }) });
  const losses = [];
  for (const { inputs, labels } of batches(count)) {
    const rows = step.preparation ? await step.preparation.run(inputs) : inputs;
    const { loss } = await step.run({ inputs: rows, labels, scalars });
    losses.push(loss[0]);
  }
  const state = await step.state();
  await step.release();
  return { model: step.model, prepared: step.preparation !== undefined, losses, state };
}
