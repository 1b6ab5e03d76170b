// One way to train an example, in Node. usage: contender.mjs EXAMPLE weightcast|native|wasm|plain-wasm

import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { fit } from "@weightcast/training";
import { examples } from "../examples/index.mjs";
import { Skip, serve } from "../lib/serve.mjs";
import { startTraining } from "./epochs.mjs";

/** Starts an engine. @returns its version */
async function start(engine) {
  if (engine === "plain-wasm") {
    const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
    await tf.setBackend("wasm");
    return `tfjs-backend-wasm ${version_wasm}`;
  }
  try {
    return (await useEngine(engine)).version;
  } catch (error) {
    if (error.code === "ENGINE_UNAVAILABLE") throw new Skip(error.message);
    throw error;
  }
}

const [, , name, id] = process.argv;

await serve(async () => {
  const example = examples.find((one) => one.name === name);
  // The runtime trains, the engine only creates the model.
  const version = await start(id === "weightcast" ? "cpu" : id);
  const train = {
    weightcast: (model, x, y, args) => fit(model, x, y, { ...args, execution: "compiled" }),
  }[id];
  const run = startTraining(example, train ?? ((model, x, y, args) => model.fit(x, y, args)));
  return {
    about: { version: train ? `onnxruntime-node ${process.versions.node && (await ortVersion())}` : version },
    reset() {},
    async steps(_, epochs) {
      try {
        return await run(epochs);
      } catch (error) {
        // An engine may lack a kernel, which shows in its first step.
        if (/^Kernel '.*' not registered/.test(error.message)) throw new Skip(error.message);
        throw error;
      }
    },
  };
});

async function ortVersion() {
  const { runtime } = await (await import("@weightcast/compile")).nodeRuntime();
  return runtime.env.versions.node;
}
