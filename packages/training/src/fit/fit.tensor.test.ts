import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import {
  base,
  bits,
  classNumbers,
  given as common,
  count,
  draw,
  expectClose,
  kernelInitializer,
  network,
  numbers,
  oneHot,
  optimizers,
  positive,
  real,
  shares,
  signs,
  twoByTwo,
  x,
} from "../testing/fits";
import { seeded, weightsOf } from "../testing/networks";
import { fit } from "./fit";
import type { FitArgs } from "./fit-args";

interface Case {
  readonly make: () => LayersModel;
  readonly loss: string | string[] | ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor);
  readonly y: tf.Tensor | tf.Tensor[];
  readonly x?: tf.Tensor | tf.Tensor[];
  readonly optimizer?: () => tf.Optimizer | string;
  readonly metrics?: unknown;
  readonly args?: FitArgs;
}

/** Both trainings of the same model. */
async function both({ make, loss, y, optimizer = () => tf.train.sgd(0.05), metrics, args, ...given }: Case) {
  const run = async (train: (model: LayersModel) => Promise<{ history: object; epoch: number[] }>) => {
    const model = make();
    const made = optimizer();
    model.compile({
      optimizer: made,
      loss: loss as string,
      ...(metrics !== undefined && { metrics: metrics as string[] }),
    });
    const { history, epoch } = await train(model);
    const weights = weightsOf(model);
    model.dispose();
    if (typeof made !== "string") made.dispose();
    return { history: history as Record<string, number[]>, epoch, weights };
  };
  const inputs = given.x ?? x;
  const all = { ...base, ...args };
  const { compile: _, execution: __, ...known } = all;
  const expected = await run((model) => model.fit(inputs, y, { ...known, verbose: 0 } as never));
  const actual = await run((model) => fit(model, inputs as tf.Tensor, y as tf.Tensor, { ...common, ...all }));
  return { expected, actual };
}

async function expectAgree(one: Case): Promise<void> {
  const { expected, actual } = await both(one);
  expect(Object.keys(actual.history)).toEqual(Object.keys(expected.history));
  expect(actual.epoch).toEqual(expected.epoch);
  for (const [name, values] of Object.entries(expected.history)) expectClose(actual.history[name]!, values, name);
  for (const [i, values] of expected.weights.entries()) expectClose(actual.weights[i]!, values, `weight ${i}`);
}

const losses: Readonly<Record<string, readonly [activation: string, y: tf.Tensor]>> = {
  meanSquaredError: ["linear", real],
  meanAbsoluteError: ["linear", real],
  meanAbsolutePercentageError: ["linear", positive],
  meanSquaredLogarithmicError: ["relu", positive],
  squaredHinge: ["tanh", signs],
  hinge: ["tanh", signs],
  categoricalHinge: ["tanh", oneHot],
  logcosh: ["linear", real],
  categoricalCrossentropy: ["softmax", oneHot],
  sparseCategoricalCrossentropy: ["softmax", classNumbers],
  binaryCrossentropy: ["sigmoid", bits],
  kullbackLeiblerDivergence: ["softmax", shares],
  poisson: ["softplus", positive],
  cosineProximity: ["linear", real],
};

describe("fit has the history and the weights of model.fit (1e-4)", () => {
  test.each(Object.entries(losses))("%s", async (loss, [activation, y]) => {
    await expectAgree({ make: () => network(activation), loss, y, optimizer: optimizers.adam!, metrics: ["accuracy"] });
  });

  test.each(Object.entries(optimizers))("%s", async (name, optimizer) => {
    // Options change numbers, not the graph.
    const args = /,|by name/.test(name) ? ({ execution: "eager" } as const) : {};
    await expectAgree({ make: () => network("linear"), loss: "meanSquaredError", y: real, optimizer, args });
  });

  const own = (targets: tf.Tensor, outputs: tf.Tensor) => tf.mean(tf.abs(tf.sub(outputs, targets)), -1);
  const cases: Readonly<Record<string, Case>> = {
    "a validation split": {
      make: () => network("linear"),
      loss: "meanSquaredError",
      y: real,
      metrics: ["mae"],
      args: { validationSplit: 0.3, compile: { threads: 1 } },
    },
    "validation data": {
      make: () => network("softmax"),
      loss: "categoricalCrossentropy",
      y: oneHot,
      metrics: ["acc", "ce"],
      args: { validationData: [tf.slice(x, 0, 9), tf.slice(oneHot, 0, 9)] },
    },
    "one's own loss and metrics": {
      make: () => network("linear"),
      loss: own,
      y: real,
      metrics: [own, "mse", "cosine"],
    },
    "class weights": {
      make: () => network("softmax"),
      loss: "categoricalCrossentropy",
      y: oneHot,
      args: { classWeight: { 0: 0.5, 1: 2, 2: 1 }, validationSplit: 0.2 },
    },
    "sparse classes with weights, accuracy": {
      make: () => network("softmax"),
      loss: "sparseCategoricalCrossentropy",
      y: classNumbers,
      metrics: ["accuracy"],
      args: { classWeight: { 0: 0.5, 1: 2, 2: 1 } },
    },
    "a later first epoch": {
      make: () => network("linear"),
      loss: "meanSquaredError",
      y: real,
      args: { initialEpoch: 2, epochs: 4 },
    },
    "one batch": { make: () => network("linear"), loss: "meanSquaredError", y: real, args: { batchSize: 64 } },
    "batch normalization, regularizers, a convolution": {
      make: () =>
        seeded(
          sequential({
            layers: [
              layers.reshape({ inputShape: [4], targetShape: [2, 2, 1] }),
              layers.conv2d({
                filters: 3,
                kernelSize: 2,
                kernelInitializer: kernelInitializer(),
                useBias: false,
                kernelRegularizer: "l1l2",
              }),
              layers.batchNormalization(),
              layers.flatten(),
              layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: kernelInitializer() }),
            ],
          }),
          3,
        ),
      loss: "binaryCrossentropy",
      y: tf.slice(bits, [0, 0], [count, 1]),
      metrics: ["accuracy", "precision"],
      optimizer: () => tf.train.adam(0.01),
    },
    "a sequence, classes at each step": {
      make: () =>
        seeded(
          sequential({
            layers: [
              layers.reshape({ inputShape: [4], targetShape: [2, 2] }),
              layers.lstm({
                units: 4,
                returnSequences: true,
                kernelInitializer: kernelInitializer(),
                recurrentInitializer: kernelInitializer(),
              }),
              layers.dense({ units: 3, activation: "softmax", kernelInitializer: kernelInitializer() }),
            ],
          }),
          3,
        ),
      loss: "sparseCategoricalCrossentropy",
      y: tf.tidy(() =>
        tf.cast(
          tf.floor(
            tf.mul(
              numbers([count, 2, 1], () => draw.uniform()),
              3,
            ),
          ),
          "float32",
        ),
      ),
      metrics: ["accuracy"],
      optimizer: () => tf.train.adam(0.01),
    },
    "two inputs, two outputs, a list of losses": {
      make: twoByTwo,
      loss: ["meanSquaredError", "binaryCrossentropy"],
      x: [x, positive],
      y: [real, tf.slice(bits, [0, 0], [count, 1])],
      metrics: { second: "accuracy" },
    },
    "two outputs with class weights": {
      make: twoByTwo,
      loss: ["meanSquaredError", "binaryCrossentropy"],
      x: [x, positive],
      y: [real, tf.slice(bits, [0, 0], [count, 1])],
      args: { classWeight: { second: { 0: 1, 1: 3 } } },
    },
  };

  test.each(Object.entries(cases))("%s", async (_, one) => expectAgree(one));
});
