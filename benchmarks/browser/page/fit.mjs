// One way to train an example, in one page: benchmarks/fit.mjs opens it and trains epochs in it.

import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { useEngine } from "@weightcast/backend";
import { fit } from "@weightcast/training";
import * as ort from "onnxruntime-web/wasm";
import { examples } from "../../examples/index.mjs";
import { startTraining } from "../../fit/epochs.mjs";

let run;

/** Prepares a contender, "weightcast" or "wasm". @returns its version */
export async function open(name, id, threads) {
  const example = examples.find((one) => one.name === name);
  if (id === "weightcast") {
    ort.env.wasm.wasmPaths = "/ort/";
    await useEngine("cpu");
    const compile = { runtime: ort, threads };
    run = startTraining(example, (model, x, y, args) => fit(model, x, y, { ...args, execution: "compiled", compile }));
    return `onnxruntime-web ${ort.env.versions.web}`;
  }
  setThreadsCount(threads);
  const { version } = await useEngine("wasm", { wasmPaths: "/tfjs/" });
  run = startTraining(example, (model, x, y, args) => model.fit(x, y, args));
  return version;
}

/** Trains epochs. @returns their time in seconds, and the last one's loss */
export async function epochs(count) {
  const start = performance.now();
  const loss = await run(count);
  return { seconds: (performance.now() - start) / 1000, loss };
}
