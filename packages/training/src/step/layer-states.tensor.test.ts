import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, type RNN, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { arrays } from "../examples/arrays";
import { fit } from "../fit/fit";
import { evaluate } from "../loop/evaluate";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { regression } from "../tasks/regression";
import { expectClose } from "../testing/fits";
import { seeded, weightsOf } from "../testing/networks";
import { gruCell, lstmCell, sequence } from "../testing/recurrences";
import { executions, leaked, stopAt } from "../testing/runs";
import { layerStates } from "./layer-states";

const [batchSize, steps, features, units, count] = [2, 2, 2, 3, 6];
const zeros = () => initializers.zeros();
const draw = stream(41, "layer-states");
const x = Array.from({ length: count }, () => Array.from({ length: steps }, () => [draw.normal(), draw.normal()]));
const y = x.map((rows) => [Math.sin(rows[0]![0]!)]);
const options = () => ({ units, stateful: true, kernelInitializer: zeros(), recurrentInitializer: zeros() });
const batchInputShape = [batchSize, steps, features];

const kinds = {
  lstm: () => layers.lstm({ ...options(), batchInputShape }),
  gru: () => layers.gru({ ...options(), batchInputShape }),
};
const bidirectional = () =>
  layers.bidirectional({ layer: layers.gru(options()) as RNN, batchInputShape, mergeMode: "concat" });
const convLstm2d = () =>
  sequential({
    layers: [
      layers.reshape({ batchInputShape, targetShape: [steps, 1, 2, 1] }),
      layers.convLstm2d({ ...options(), filters: 2, kernelSize: [1, 2] }),
      layers.flatten(),
    ],
  });

const made = (first: layers.Layer = kinds.gru()) =>
  seeded(sequential({ layers: [first, layers.dense({ units: 1, kernelInitializer: zeros() })] }), 17);
const statesOf = (model: ReturnType<typeof made>) => layerStates(model).map((one) => [...one.read().dataSync()]);

describe("model.fit's numbers, with states that go on from batch to batch and epoch to epoch (1e-4)", () => {
  const args = { batchSize, epochs: 3, shuffle: false } as const;
  const execution = executions.at(-1)!;
  const run = async (first: () => layers.Layer, by: "fit" | "model.fit", callbacks: object = {}) => {
    const model = made(first());
    model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    const given = { ...args, callbacks: typeof callbacks === "function" ? callbacks(model) : callbacks };
    const [xs, ys] = [tf.tensor3d(x), tf.tensor2d(y)];
    const compile = { threads: 1, stepsPerCall: 1 };
    const { history } =
      by === "fit"
        ? await fit(model, xs, ys, { ...given, execution, compile })
        : await model.fit(xs, ys, { ...given, verbose: 0 });
    const result = { loss: history.loss as number[], weights: weightsOf(model).flat(), states: statesOf(model).flat() };
    tf.dispose([xs, ys]);
    model.dispose();
    return result;
  };
  const expectSame = async (first: () => layers.Layer, callbacks?: object) => {
    const [actual, expected] = [await run(first, "fit", callbacks), await run(first, "model.fit", callbacks)];
    expectClose(actual.loss, expected.loss, "loss");
    expectClose(actual.weights, expected.weights, "weights");
    expectClose(actual.states, expected.states, "states");
    return actual;
  };

  test.each(Object.entries(kinds))("%s", async (_, first) => {
    const { loss, states } = await expectSame(first);
    expect(states.some((one) => Math.abs(one) > 0.01)).toBe(true);
    const stateless = await run(first, "fit", (model: ReturnType<typeof made>) => ({
      onBatchBegin: () => model.resetStates(),
    }));
    expect(Math.abs(stateless.loss[0]! - loss[0]!)).toBeGreaterThan(1e-3);
  });

  test.each(["onEpochBegin", "onEpochEnd", "onBatchEnd"])("reset by the callback %s", async (name) => {
    await expectSame(kinds.gru, (model: ReturnType<typeof made>) => ({ [name]: () => model.resetStates() }));
  });

  test.each(Object.entries({ bidirectional, convLstm2d }))("%s", async (_, first) => {
    const { states } = await expectSame(first);
    expect(states.some((one) => Math.abs(one) > 0.01)).toBe(true);
  });
});

test.each([
  ["gru", gruCell, 1],
  ["lstm", lstmCell, 2],
] as const)(
  "%s: states after two batches equal the recurrence by hand over both (1e-5)",
  async (name, cell, states) => {
    const model = made(kinds[name]());
    const source = arrays(x.slice(0, 4), y.slice(0, 4), { batchSize, shuffle: false });
    await train(model, source, {
      epochs: 1,
      optimizer: "sgd",
      schedule: () => 0,
      task: regression(),
      execution: "eager",
    });
    const masks = { inputs: [1, 1], outputs: [1, 1, 1] };
    for (const row of [0, 1]) {
      const start = Array.from({ length: states }, () => Array<number>(units).fill(0));
      const expected = sequence(cell, weightsOf(model), [...x[row]!, ...x[row + batchSize]!], start, masks);
      for (const [i, values] of statesOf(model).entries())
        expectClose(values.slice(row * units, (row + 1) * units), expected[i] as number[], `state ${i}`);
    }
    model.dispose();
  },
);

describe.each(executions)("training, %s", (execution) => {
  const source = arrays(x, y, { batchSize, shuffle: false });
  const compile = { threads: 1, stepsPerCall: 1 };
  const task = regression();
  const run = async (changes: Partial<TrainOptions> = {}) => {
    const model = made(layers.gru({ ...options(), dropout: 0.3, recurrentDropout: 0.2, batchInputShape }));
    const given = { epochs: 2, optimizer: "sgd", schedule: 0.1, task, lossEvery: 1, execution, compile } as const;
    try {
      const { history, step } = await train(model, source, { ...given, ...changes });
      const { loss } = await evaluate(model, source, { task });
      return {
        losses: history.map((one) => one.loss),
        history,
        step,
        loss,
        states: statesOf(model),
        weights: weightsOf(model),
      };
    } finally {
      tf.dispose(layerStates(model).map((one) => one.read())); // which model.dispose leaves
      model.dispose();
    }
  };

  test("with masks, too: an evaluation begins with the states of the training and changes nothing; resumes with the same bits; no leak", async () => {
    const leak = await leaked(async () => {
      const plain = await run();
      const evaluated = await run({ evaluation: { source } });
      expect(evaluated).toEqual({ ...plain, history: evaluated.history });
      expect(evaluated.history[1]!.evaluation!.loss).toBeCloseTo(plain.loss, 5);
      const checkpoint = { storage: memoryStorage() };
      expect(await run({ checkpoint, ...stopAt(4) })).toMatchObject({ step: 4 });
      expect(await run({ checkpoint })).toEqual(plain);
      const reset = await run({
        onEvent: async (event) => void (event.type === "epoch" && (await event.resetStates())),
      });
      expect(reset.losses[0]).toBe(plain.losses[0]);
      expect(reset.losses[1]).not.toBe(plain.losses[1]);
      expect(new Set(reset.states.flat())).toEqual(new Set([0]));
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });
});

test("evaluate leaves the model its states; batches of another size are refused", async () => {
  const model = made();
  const task = regression();
  const before = statesOf(model);
  await evaluate(model, arrays(x, y, { batchSize, shuffle: false }), { task });
  expect(statesOf(model)).toEqual(before);
  const rest = arrays(x.slice(0, 5), y.slice(0, 5), { batchSize, shuffle: false });
  await expect(train(model, rest, { epochs: 1, optimizer: "sgd", schedule: 0.1, task })).rejects.toThrow(
    new RangeError(
      "train: the model has stateful layers, which keep the states of 2 sequences, so every batch must have 2 examples; got 5 examples in batches of 2",
    ),
  );
  model.dispose();
});
