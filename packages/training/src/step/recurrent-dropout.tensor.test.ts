import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, type RNN, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { arrays } from "../examples/arrays";
import { evaluate } from "../loop/evaluate";
import { train } from "../loop/train";
import { regression } from "../tasks/regression";
import { seeded, weightsOf } from "../testing/networks";
import { type Cell, type CellMasks, gruCell, lstmCell, sequence, simpleRnnCell } from "../testing/recurrences";
import { executions, leaked } from "../testing/runs";
import { drawNoise, noiseShape } from "./draw-noise";
import { outputsOf, trainingCall } from "./functional-call";
import { noiseOf } from "./noise";
import { sgd } from "./sgd";
import { initialState } from "./state";
import { createStep } from "./step";

const [count, steps, features, units] = [3, 4, 2, 3];
const zeros = () => initializers.zeros();
const rates = { dropout: 0.4, recurrentDropout: 0.3 };
const cellOptions = { units, ...rates, recurrentInitializer: zeros() };
const draw = stream(31, "recurrent-dropout");
const x = Array.from({ length: count }, () =>
  Array.from({ length: steps }, () => Array.from({ length: features }, draw.normal)),
);
const modelOf = (...all: layers.Layer[]) => seeded(sequential({ layers: all }), 12);
const inputShape = [steps, features];

/** Output of a model in training with drawn masks, and the masks by call and example. */
function trainedOutput(model: LayersModel) {
  const noise = noiseOf(model, inputShape);
  const drawn = drawNoise(noise, 5, 0, count);
  const outputs = tf.tidy(() => {
    const tensors = drawn.map((values, i) => tf.tensor(values, noiseShape(noise[i]!.shape, count)));
    const { weights, buffers } = initialState(model, sgd());
    const [output] = trainingCall(model, { weights, buffers, noise: tensors }, [tf.tensor3d(x)]).outputs;
    return output!.arraySync() as number[][];
  });
  const maskOf = (call: number, example: number) => {
    const size = drawn[call]!.length / count;
    return [...drawn[call]!.subarray(example * size, (example + 1) * size)];
  };
  const masksOf = (call: number, example: number): CellMasks => ({
    inputs: maskOf(call, example),
    outputs: maskOf(call + 1, example),
  });
  return { noise, outputs, masksOf };
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]!).toBeCloseTo(value, 5);
}

const none = (states: number) => Array.from({ length: states }, () => Array<number>(units).fill(0));

describe("recurrent layers with a dropout of their own equal the recurrence by hand with the same masks (1e-5)", () => {
  const kinds: [string, number, Cell, (options: typeof cellOptions) => layers.Layer, () => unknown][] = [
    ["simpleRNN", 1, simpleRnnCell, layers.simpleRNN as never, () => layers.simpleRNNCell(cellOptions)],
    ["gru", 1, gruCell, layers.gru as never, () => layers.gruCell(cellOptions)],
    ["lstm", 2, lstmCell, layers.lstm as never, () => layers.lstmCell(cellOptions)],
  ];

  test.each(kinds)("%s, also as a cell of rnn", (_, states, cell, layer, cellAlone) => {
    for (const model of [
      modelOf(layer({ ...cellOptions, inputShape } as never)),
      modelOf(layers.rnn({ cell: cellAlone() as never, inputShape }) as RNN),
    ]) {
      const { noise, outputs, masksOf } = trainedOutput(model);
      expect(noise.map(({ shape, rate, kind }) => [shape, rate, kind])).toEqual([
        [[null, features], 0.4, "kept"],
        [[null, units], 0.3, "kept"],
      ]);
      for (const [i, sequenceOf] of x.entries())
        expectNear(
          outputs[i]!,
          sequence(cell, weightsOf(model), sequenceOf, none(states), masksOf(0, i))[0] as number[],
        );
      model.dispose();
    }
  });

  test("bidirectional: masks of its own for each direction", () => {
    const layer = layers.gru({ ...cellOptions, name: "both" });
    const model = modelOf(layers.bidirectional({ layer, mergeMode: "concat", inputShape } as never));
    const { noise, outputs, masksOf } = trainedOutput(model);
    expect(noise.map((one) => one.layer)).toEqual(["forward_both", "forward_both", "backward_both", "backward_both"]);
    const weights = weightsOf(model);
    for (const [i, xs] of x.entries()) {
      const [forward] = sequence(gruCell, weights.slice(0, 3), xs, none(1), masksOf(0, i));
      const [backward] = sequence(gruCell, weights.slice(3), xs.toReversed(), none(1), masksOf(2, i));
      expectNear(outputs[i]!, [...forward!, ...backward!]);
    }
    model.dispose();
  });

  test("stacked cells, one of them without dropout of its inputs, one without any", () => {
    const cell = [
      layers.lstmCell({ ...cellOptions, dropout: 0 }),
      layers.gruCell({ ...cellOptions, dropout: 0, recurrentDropout: 0 }),
      layers.simpleRNNCell(cellOptions),
    ];
    const model = modelOf(layers.rnn({ cell: cell as never, inputShape }) as RNN);
    const { noise, outputs, masksOf } = trainedOutput(model);
    expect(noise.map(({ shape, rate }) => [...shape, rate])).toEqual([
      [null, units, 0.3],
      [null, units, 0.4],
      [null, units, 0.3],
    ]);
    const weights = weightsOf(model);
    const all = Array<number>(units).fill(1);
    for (const [i, xs] of x.entries()) {
      let [lstm, gru, simple] = [none(2), none(1), none(1)];
      for (const one of xs) {
        lstm = lstmCell(weights.slice(0, 3), one, lstm, { inputs: [1, 1], outputs: masksOf(0, i).inputs });
        gru = gruCell(weights.slice(3, 6), lstm[0]!, gru, { inputs: all, outputs: all });
        simple = simpleRnnCell(weights.slice(6), gru[0]!, simple, masksOf(1, i));
      }
      expectNear(outputs[i]!, simple[0]!);
    }
    model.dispose();
  });

  test("convLstm2d: a mask of inputs and outputs for each gate", () => {
    // One pixel and a kernel of one: an LSTM whose gates have masks of their own.
    const shape = [steps, 1, 1, features];
    const model = modelOf(
      layers.convLstm2d({ filters: units, kernelSize: 1, inputShape: shape, ...rates, recurrentInitializer: zeros() }),
    );
    const noise = noiseOf(model, shape);
    expect(noise.map((one) => one.shape)).toEqual([
      ...Array(4).fill([null, 1, 1, features]),
      ...Array(4).fill([null, 1, 1, units]),
    ]);
    const drawn = drawNoise(noise, 5, 0, 1);
    const output = tf.tidy(() => {
      const tensors = drawn.map((values, i) => tf.tensor(values, noiseShape(noise[i]!.shape, 1)));
      const { weights } = initialState(model, sgd());
      const inputs = tf.reshape(tf.tensor2d(x[0]!), [1, ...shape]);
      return [...trainingCall(model, { weights, buffers: [], noise: tensors }, [inputs]).outputs[0]!.dataSync()];
    });
    const [kernel, recurrent, bias] = weightsOf(model);
    let [h, c] = none(2) as [number[], number[]];
    for (const one of x[0]!) {
      const gate = (k: number, j: number) => {
        const sum = (values: readonly number[], mask: Float32Array, w: readonly number[]) =>
          values.reduce((total, value, i) => total + value * mask[i]! * w[(i * 4 + k) * units + j]!, 0);
        return sum(one, drawn[k]!, kernel!) + sum(h, drawn[4 + k]!, recurrent!) + bias![k * units + j]!;
      };
      const sigmoid = (value: number) => Math.min(1, Math.max(0, 0.2 * value + 0.5));
      const next = c.map((value, j) => sigmoid(gate(1, j)) * value + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
      h = next.map((value, j) => sigmoid(gate(3, j)) * Math.tanh(value));
      c = next;
    }
    expectNear(output, h);
    model.dispose();
  });
});

test("a layer that is called twice has masks for each call; a rate of 0 or 1 draws none, as in TensorFlow.js", () => {
  const twice = layers.gru({ ...cellOptions, units: features, returnSequences: true, name: "twice" });
  const model = modelOf(layers.gaussianNoise({ inputShape, stddev: 1, name: "first" }), twice, twice);
  expect(noiseOf(model, inputShape).map(({ layer }) => layer)).toEqual([
    "first",
    ...["twice", "twice", "twice", "twice"],
  ]);
  const still = modelOf(layers.gru({ ...cellOptions, dropout: 0, recurrentDropout: 1, inputShape }));
  expect(noiseOf(still, inputShape)).toEqual([]);
  model.dispose();
  still.dispose();
});

test("outside training there are no masks, not even those that a cell of rnn has kept; cells are left as they were", async () => {
  const cell = layers.simpleRNNCell(cellOptions);
  const model = modelOf(layers.rnn({ cell, inputShape }) as RNN);
  const inputs = tf.tensor3d(x);
  tf.dispose(model.apply(inputs, { training: true }) as tf.Tensor); // keeps masks
  const { dropoutMask } = cell as unknown as { dropoutMask: tf.Tensor };
  const leak = await leaked(() => {
    const [outputs] = tf.tidy(() => outputsOf(model, [inputs], false).map((one) => one.arraySync() as number[][]));
    const all = { inputs: [1, 1], outputs: [1, 1, 1] };
    for (const [i, xs] of x.entries())
      expectNear(outputs![i]!, sequence(simpleRnnCell, weightsOf(model), xs, none(1), all)[0] as number[]);
    trainedOutput(model);
  });
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
  expect(cell).toMatchObject(rates);
  expect(Object.hasOwn(cell, "call")).toBe(false);
  expect((cell as unknown as { dropoutMask: tf.Tensor }).dropoutMask).toBe(dropoutMask);
  expect(dropoutMask.isDisposed).toBe(false);
  tf.dispose(inputs);
  model.dispose();
});

test("a cell of one's own that draws random numbers is refused", () => {
  class Own extends (layers.gruCell({ units: 1 }).constructor as new (args: object) => layers.Layer) {
    static readonly className = "Own";
  }
  const cell = new Own({ units, dropout: 0.5, recurrentInitializer: zeros() });
  const model = sequential({ layers: [layers.rnn({ cell: cell as never, inputShape, name: "mine" }) as RNN] });
  expect(() => createStep(model, { optimizer: "sgd", task: regression() })).toThrow(
    'createStep: a step must be a pure function, and layer "mine" (RNN) draws random numbers for a dropout of its own, and is none of tf.layers; use layers.dropout before or after it instead',
  );
  model.dispose();
});

test.each(executions)("training, %s: equals eager training (1e-5), and leaves nothing behind", async (execution) => {
  const rows = x.flat().slice(0, 8);
  const source = arrays(
    rows.map((row) => [row, row.toReversed()]),
    rows.map(([first]) => Math.sin(first!)),
    { batchSize: 4, seed: 3 },
  );
  const run = async (how: "compiled" | "eager") => {
    const model = modelOf(
      layers.gru({ ...cellOptions, units: 1, kernelInitializer: zeros(), inputShape: [2, features] }),
    );
    const task = regression();
    const options = { epochs: 2, optimizer: "sgd", schedule: 0.1, task, seed: 4, lossEvery: 1 } as const;
    const compile = { threads: 1, stepsPerCall: 1 };
    try {
      const { history } = await train(model, source, { ...options, evaluation: { source }, execution: how, compile });
      const { loss } = await evaluate(model, source, { task });
      return [...history.flatMap((one) => [one.loss, one.evaluation!.loss]), loss, ...weightsOf(model).flat()];
    } finally {
      model.dispose();
    }
  };
  const leak = await leaked(async () => {
    const actual = await run(execution);
    expectNear(actual, await run("eager"));
    expect(actual[4]).toBeCloseTo(actual[3]!, 5);
  });
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
});
