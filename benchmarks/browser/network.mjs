// The paper's MLP for MNIST and its training step, the same in Node and in every page.

import * as tf from "@tensorflow/tfjs-core";
import { compileStep } from "@weightcast/compile";
import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";
import { createStep, initialState, sgd } from "@weightcast/training";
import { batch, classes, inputs, momentum, rate, units } from "./data.mjs";

/** Weights of a hidden layer: all of them learned, or 5% of them, with a U of Gaussian atoms and ten columns. */
const weightsOf = {
  dense: () => ({ kind: "dense" }),
  factorized: ({ input }) => ({
    kind: "factorized",
    rank: { proportion: 0.05 },
    columns: 10,
    dictionary: gaussian(input, { seed: 1 }),
  }),
};

/**
 * Network 784–500–500–10, sigmoid. Needs a TensorFlow.js backend.
 * @param variant "dense" or "factorized"
 * @returns the model, its training state and `step(state, { inputs, labels, scalars })` for `compileStep`
 */
export function network(variant) {
  const model = mlp({ input: [inputs], hidden: [units, units], classes, weights: weightsOf[variant], seed: 1 });
  const optimizer = sgd({ momentum });
  const update = createStep(model, { optimizer });
  return {
    model,
    state: initialState(model, optimizer),
    step(state, { inputs, labels, scalars }) {
      const { loss, weights, slots, buffers } = update(state, { inputs, labels }, scalars);
      return { state: { weights, slots, buffers }, outputs: { loss } };
    },
  };
}

const specs = {
  inputs: { shape: [batch, inputs], dtype: "float32" },
  labels: { shape: [batch], dtype: "int32" },
  scalars: [{ shape: [], dtype: "float32" }],
};

/**
 * Compiled step of the network, with its initial state.
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

/** Inputs of the compiled step besides a batch: the learning rate. */
export const scalars = [Float32Array.of(rate)];
