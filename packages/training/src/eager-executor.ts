import * as tf from "@tensorflow/tfjs-core";
import { sizesOf } from "./draw-noise";
import { answerOf } from "./evaluate";
import type { Executor, Part } from "./executor";
import { functionalCall } from "./functional-call";
import { softmaxCrossEntropy } from "./loss";
import type { Plan } from "./plan";
import { batchTensors } from "./source";
import { arraysOf, tensorsOf } from "./state";
import type { TrainingState } from "./step";
import { dispose } from "./tensors";

/** Runs every step by TensorFlow.js's active backend. @param reason why it is not compiled, if it was to be */
export function eagerExecutor({ model, source, options, step, noise }: Plan, reason?: string): Executor {
  const { evaluation, loss = softmaxCrossEntropy } = options;
  let state: TrainingState = { weights: [], slots: [], buffers: [] };
  const one = async ({ batch, scalars: values, noise: numbers, wanted }: Part) => {
    const tensors = batchTensors(source, batch);
    const scalars = values.map((value) => tf.scalar(value, "float32"));
    const drawn = numbers.map((drawn, i) => tf.tensor(drawn, sizesOf(noise[i]!.shape, batch.count), "float32"));
    try {
      const { loss, ...next } = step(state, tensors, scalars, drawn);
      dispose(state);
      state = next;
      try {
        return wanted ? (await loss.data())[0]! : undefined;
      } finally {
        loss.dispose();
      }
    } finally {
      dispose([tensors, scalars, drawn]);
    }
  };
  return {
    about: { execution: "eager", ...(reason !== undefined && { reason }) },
    group: 1,
    source,
    ...(evaluation && { held: evaluation.source }),
    load(arrays) {
      dispose(state);
      state = tensorsOf(model, arrays);
    },
    state: () => arraysOf(state),
    async update(parts) {
      const losses: (number | undefined)[] = [];
      for (const part of parts) losses.push(await one(part));
      return losses;
    },
    answer: (batch) =>
      answerOf(
        (inputs) => functionalCall(model, state.weights, inputs, { training: false, buffers: state.buffers }),
        evaluation!.source,
        batch,
        loss,
      ),
    async release() {
      dispose(state);
    },
  };
}
