import * as tf from "@tensorflow/tfjs-core";
import { eagerAnswers, numberOf } from "../loop/evaluate";
import type { Plan } from "../loop/plan";
import { batchTensors } from "../step/batch";
import { noiseShape } from "../step/draw-noise";
import { outputsWith } from "../step/functional-call";
import { arraysOf, dispose, type TrainingState, tensorsOf } from "../step/state";
import { quantized } from "../step/step";
import { splitBuffers } from "../step/variables";
import type { Executor, UpdateInputs, UpdateNumbers } from "./executor";

/** Executor that runs every step on TensorFlow.js's active backend. @param reason why a run that may be compiled is not */
export function eagerExecutor({ model, source, options, task, step, noise }: Plan, reason?: string): Executor {
  const { evaluation } = options;
  let state: TrainingState = { weights: [], slots: [], buffers: [] };
  const updateOnce = async (update: UpdateInputs) => {
    const tensors = batchTensors(source, update.batch);
    const scalars = update.scalars.map((value) => tf.scalar(value, "float32"));
    const drawn = update.noise.map((values, i) =>
      tf.tensor(values, noiseShape(noise[i]!.shape, update.batch.count), "float32"),
    );
    try {
      const { inputs, targets: labels, ...more } = tensors;
      const { loss, watched, ...next } = step(state, { inputs, labels, ...more }, scalars, drawn);
      dispose(state);
      state = next;
      try {
        return update.readLoss
          ? { loss: await numberOf(loss), watched: await Promise.all(watched.map(numberOf)) }
          : undefined;
      } finally {
        dispose([loss, watched]);
      }
    } finally {
      dispose([tensors, scalars, drawn]);
    }
  };
  return {
    about: { execution: "eager", ...(reason !== undefined && { reason }) },
    group: 1,
    source,
    ...(evaluation && { evaluationSource: evaluation.source }),
    load(arrays) {
      dispose(state);
      state = tensorsOf(model, arrays);
      if ((options.accumulate ?? 1) > 1)
        state = { ...state, sums: state.weights.map((weight) => tf.zerosLike(weight)) };
    },
    state: () => arraysOf(state),
    async update(updates) {
      const numbers: (UpdateNumbers | undefined)[] = [];
      for (const one of updates) numbers.push(await updateOnce(one));
      return numbers;
    },
    evaluation() {
      const { moving, states } = splitBuffers(model, state.buffers);
      const forward = (inputs: readonly tf.Tensor[], states: readonly tf.Tensor[]) => {
        const weights = quantized(state.averages ?? state.weights, options.quantizer);
        return outputsWith(model, { weights, buffers: [...moving, ...states] }, inputs);
      };
      return eagerAnswers(forward, states, evaluation!.source, task);
    },
    async release() {
      dispose(state);
    },
  };
}
