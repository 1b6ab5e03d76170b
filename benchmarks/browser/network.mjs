// The paper's MLP for MNIST and its training step, the same wherever it is made: in Node and in any page.

import * as tf from "@tensorflow/tfjs-core";
import { compileStep } from "@weightcast/compile";
import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";
import { createStep, initialState, sgd } from "@weightcast/training";
import { batch, classes, inputs, momentum, rate, units } from "./data.mjs";

/** Learned directly, or 5% of it: U of Gaussian atoms, ten columns. */
const weightsOf = {
  dense: () => undefined,
  factorized: (domain) => ({
    kind: "factorized",
    rank: { proportion: 0.05 },
    columns: 10,
    dictionary: gaussian(domain, { seed: 1 }),
  }),
};

/**
 * 784–500–500–10, sigmoid. Some TensorFlow.js backend must be set.
 * @param variant "dense" or "factorized"
 * @returns the model, its training state and `step(state, { inputs, labels, scalars })` for `compileStep`
 */
export function network(variant) {
  const layer = (domain) => {
    const weights = weightsOf[variant](domain);
    return { units, ...(weights && { weights }) };
  };
  const model = mlp({ inputs, classes, hidden: [layer([inputs]), layer([units])], seed: 1 });
  const optimizer = sgd({ momentum });
  const update = createStep(model, { optimizer });
  return {
    model,
    state: initialState(model, optimizer),
    step(state, { inputs, labels, scalars }) {
      const { loss, ...next } = update(state, { inputs, labels }, scalars);
      return { state: next, outputs: { loss } };
    },
  };
}

const specs = {
  inputs: { shape: [batch, inputs], dtype: "float32" },
  labels: { shape: [batch], dtype: "int32" },
  scalars: [{ shape: [], dtype: "float32" }],
};

/**
 * The network's step, compiled, with the network's first state.
 * @param options of `compileStep`
 */
export async function compiled(variant, options) {
  const { model, state, step } = network(variant);
  const program = await compileStep(step, { state, inputs: specs }, { layers: model.layers, ...options });
  program.load({
    weights: state.weights.map((weight) => weight.dataSync()),
    slots: state.slots.map((slots) => slots.map((slot) => slot.dataSync())),
    buffers: state.buffers.map((buffer) => buffer.dataSync()),
  });
  tf.dispose(state);
  return program;
}

/** What `run` of the compiled step takes besides a batch. */
export const scalars = [Float32Array.of(rate)];
