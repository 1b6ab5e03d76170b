import * as tf from "@tensorflow/tfjs-core";
import { compileStep } from "@weightcast/compile";
import { createStep, initialState, sgd } from "@weightcast/training";
import { modelOf } from "../lib/model.mjs";

/**
 * Weightcast's compiled training step for a task. Needs a TensorFlow.js backend, which creates the model; the runtime trains it.
 * @param options of `compileStep`: `runtime`, `stepsPerCall`
 * @returns what `serve` needs, `{ about, reset, steps }`, and `release`
 */
export async function compiledTask(task, { runtime, stepsPerCall }) {
  const model = modelOf(task);
  const optimizer = sgd({ momentum: task.momentum });
  const { weights, slots, buffers } = initialState(model, optimizer);
  const step = createStep(model, { optimizer });
  const [, ...inputShape] = task.arrays.inputs.shape;
  const scalars = optimizer.scalars(task.rate, 0);
  const compiled = await compileStep(
    (state, batch) => {
      const { loss, ...next } = step(state, batch, batch.scalars);
      return { state: { weights: next.weights, slots: next.slots, buffers: next.buffers }, outputs: { loss } };
    },
    {
      state: { weights, slots, buffers },
      inputs: {
        inputs: { shape: inputShape, dtype: "float32" },
        labels: { shape: [task.batch], dtype: "int32" },
        scalars: scalars.map((value) => tf.scalar(value)),
      },
    },
    {
      runtime,
      layers: model.layers,
      threads: task.threads,
      ...(stepsPerCall && { stepsPerCall }),
      ...(task.prepared && { samples: { input: "inputs" } }),
    },
  );
  const first = {
    weights: task.trainable.map(task.data),
    slots: slots.map((list) => list.map(({ size }) => new Float32Array(size))),
    buffers: task.buffers.map(task.data),
  };
  const reset = () => compiled.load(first);
  reset();

  const inputs = task.data("inputs");
  if (task.prepared && !compiled.preparation) throw new Error("nothing of this model can be prepared");
  const batches = task.inBatches(task.prepared ? await compiled.preparation.run(inputs) : inputs);
  const labels = task.inBatches(task.data("labels"));
  const rates = scalars.map((value) => Float32Array.of(value));
  return {
    about: { version: `onnxruntime-node ${runtime.env.versions.node}`, graphBytes: compiled.model.length },
    reset,
    async steps(first, count) {
      const inputs = Array.from({ length: count }, (_, done) => {
        const i = (first + done) % task.batches;
        return { inputs: batches[i], labels: labels[i], scalars: rates };
      });
      return (await compiled.runAll(inputs)).at(-1).loss[0];
    },
    release: () => compiled.release(),
  };
}
