// The same step, run eagerly on an engine of TensorFlow.js. usage: tfjs.mjs FOLDER native|wasm|cpu|plain-wasm

import * as tf from "@tensorflow/tfjs-core";
import { useEngine } from "@weightcast/backend";
import { createStep, initialState, sgd } from "@weightcast/training";
import { modelOf } from "../lib/model.mjs";
import { Skip, serve } from "../lib/serve.mjs";
import { readTask } from "../lib/task.mjs";

/** Starts an engine. @returns its version */
async function start(engine) {
  if (engine === "plain-wasm") {
    // The original package, without @weightcast/backend's patches.
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

/** Runs a step. An engine may lack a kernel, which shows in its first step. */
function orSkip(body) {
  try {
    return body();
  } catch (error) {
    if (/^Kernel '.*' not registered/.test(error.message)) throw new Skip(error.message);
    throw error;
  }
}

await serve(async () => {
  const task = readTask(process.argv[2]);
  const version = await start(process.argv[3]);
  const model = modelOf(task);
  const optimizer = sgd({ momentum: task.momentum });
  const step = createStep(model, { optimizer });
  const scalars = optimizer.scalars(task.rate, 0).map((value) => tf.scalar(value));
  const tensors = (name, dtype) => {
    const [, ...shape] = task.arrays[name].shape;
    return task.inBatches(task.data(name)).map((numbers) => tf.tensor(numbers, shape, dtype));
  };
  const inputs = tensors("inputs", "float32");
  const labels = tensors("labels", "int32");

  let state = initialState(model, optimizer);
  const reset = () => {
    const before = state;
    const read = (name) => tf.tensor(task.data(name), task.arrays[name].shape);
    const weights = task.trainable.map(read);
    state = {
      ...before,
      weights,
      slots: weights.map((weight) => [tf.zerosLike(weight)]),
      buffers: task.buffers.map(read),
    };
    tf.dispose(before);
  };
  reset();
  return {
    about: { version },
    reset,
    async steps(first, count) {
      let value;
      for (let done = first; done < first + count; done++) {
        const i = done % task.batches;
        const {
          loss,
          watched: _,
          ...next
        } = orSkip(() => step(state, { inputs: inputs[i], labels: labels[i] }, scalars));
        tf.dispose(state);
        state = next;
        [value] = await loss.data();
        loss.dispose();
      }
      return value;
    },
  };
});
