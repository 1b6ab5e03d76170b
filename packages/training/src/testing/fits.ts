import * as tf from "@tensorflow/tfjs-core";
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { expect } from "vitest";
import type { FitArgs } from "../fit/fit-args";
import { seeded } from "./networks";
import { executions } from "./runs";

export const draw = stream(71, "fit");
export const numbers = (shape: number[], each = () => draw.normal()) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, each), shape);
export const count = 23; // batches of 5: the last one has 3
export const x = numbers([count, 4]);
export const real = numbers([count, 3]);
export const positive = numbers([count, 3], () => 0.1 + draw.uniform());
export const shares = tf.tidy(() => tf.softmax(numbers([count, 3])));
export const signs = numbers([count, 3], () => 2 * draw.integer(2) - 1);
export const bits = numbers([count, 3], () => draw.integer(2));
export const classes = tf.tensor1d(
  Array.from({ length: count }, () => draw.integer(3)),
  "int32",
);
export const oneHot = tf.tidy(() => tf.oneHot(classes as tf.Tensor1D, 3));
export const classNumbers = tf.tidy(() => tf.cast(classes, "float32")); // tf.layers refuses int32

export const kernelInitializer = () => initializers.zeros();
export function network(activation: string): LayersModel {
  return seeded(
    sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 6, activation: "tanh", kernelInitializer: kernelInitializer() }),
        layers.dense({ units: 3, activation: activation as "linear", kernelInitializer: kernelInitializer() }),
      ],
    }),
    5,
  );
}

/** Arguments of both trainings. */
export const base = { batchSize: 5, epochs: 3, shuffle: false } as const;

// Every compiled step is traced from the eager one, so one of them needs all cases.
const execution = executions.at(-1)!;

/** Arguments of a fit that is compared with model.fit. */
export const given = { ...base, execution, compile: { threads: 1, stepsPerCall: 1 } } as const satisfies FitArgs;

/** Checks numbers to 1e-4 of the largest expected one. */
export function expectClose(actual: readonly number[], expected: readonly number[], what: string): void {
  expect(actual, what).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i]! - value), `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(1e-4 * scale);
}

/** A compiled network, for tests of what is around the numbers. */
export function compiledNetwork(optimizer: tf.Optimizer | string = "sgd"): LayersModel {
  const model = network("linear");
  model.compile({ optimizer, loss: "meanSquaredError" });
  return model;
}

/** Model with two inputs and two outputs. */
export function twoByTwo(): LayersModel {
  const [a, b] = [input({ shape: [4], name: "a" }), input({ shape: [3], name: "b" })];
  const joined = layers.concatenate().apply([a, b]) as SymbolicTensor;
  const head = (name: string, units: number, activation: "linear" | "sigmoid") =>
    layers.dense({ units, activation, name, kernelInitializer: kernelInitializer() }).apply(joined) as SymbolicTensor;
  return seeded(modelOf({ inputs: [a, b], outputs: [head("first", 3, "linear"), head("second", 1, "sigmoid")] }), 8);
}

/** Optimizers of tf.train, with and without options. */
export const optimizers: Readonly<Record<string, () => tf.Optimizer | string>> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  nesterov: () => tf.train.momentum(0.02, 0.9, true),
  adagrad: () => tf.train.adagrad(0.05),
  "adagrad, initial 0.5": () => tf.train.adagrad(0.05, 0.5),
  adadelta: () => tf.train.adadelta(0.5, 0.9),
  adam: () => tf.train.adam(0.01),
  "adam, its options": () => tf.train.adam(0.01, 0.8, 0.95, 1e-3),
  adamax: () => tf.train.adamax(0.01, 0.9, 0.99, 1e-6, 0.1),
  rmsprop: () => tf.train.rmsprop(0.005),
  "rmsprop, momentum": () => tf.train.rmsprop(0.005, 0.8, 0.5, 1e-4),
  "rmsprop, centered": () => tf.train.rmsprop(0.002, 0.9, 0.3, -0.1, true),
  "adam by name": () => "adam",
  "rmsprop by name": () => "rmsprop",
};
