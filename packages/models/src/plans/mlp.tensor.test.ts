import * as tf from "@tensorflow/tfjs-core";
import { account } from "@weightcast/core";
import { describe, expect, test } from "vitest";
import type { LayerWeights, WeightsChoice } from "../assemble/weights";
import { mlp } from "../networks";
import { noiseAtoms } from "../testing/noise";
import type { PredictableLayer } from "./predictable";

const predicted = ({ kernel }: PredictableLayer): LayerWeights => ({
  kind: "factorized",
  dictionary: noiseAtoms(kernel),
  rank: { proportion: 0.05 },
  columns: 10,
});

describe("mlp", () => {
  test("the paper's network: 642,000 weights in two hidden layers, 647,000 with the last, 1,010 biases", () => {
    const model = mlp();
    expect(model.outputs[0]!.shape).toEqual([null, 10]);
    expect(model.countParams()).toBe(784 * 500 + 500 * 500 + 500 * 10 + 1010);
    expect(account(model).trainable).toBe(648_010);
    model.dispose();
  });

  test("factorized at 5%: learns 39 and 25 coefficients of each column", () => {
    const model = mlp({ weights: predicted });
    const { dense, dynamic, proportion } = account(model);
    expect({ dense, dynamic }).toEqual({ dense: 642_000, dynamic: (39 + 25) * 500 });
    expect(proportion).toBeCloseTo(0.0498, 4);
    model.dispose();
  });

  test("says what can be predicted: the first layer's dictionary is over the grid of the input", () => {
    expect(mlp.predictable({ input: [32, 32, 3], hidden: [50, 20] })).toEqual([
      { name: "hidden_1", kind: "connected", kernel: [32, 32, 3], channels: 1, filters: 50, input: [3072] },
      { name: "hidden_2", kind: "connected", kernel: [50], channels: 1, filters: 20, input: [50] },
    ]);
  });

  test("the same seed gives the same network; changing one layer leaves the others as they were", () => {
    const weights = (choice: WeightsChoice, seed: number) => {
      const model = mlp({ weights: choice, seed });
      const values = model.getWeights().map((weight) => Array.from(weight.dataSync().slice(0, 50)));
      model.dispose();
      return values;
    };
    const dense = weights({}, 1);
    expect(weights({}, 1)).toEqual(dense);
    expect(weights({}, 2)).not.toEqual(dense);
    const lowRank = weights({ hidden_2: { kind: "low-rank", rank: 5 } }, 1);
    expect(lowRank[0]).toEqual(dense[0]);
    expect(lowRank.at(-2)).toEqual(dense.at(-2));
    expect(lowRank).toHaveLength(7);
  });

  test("first weights have Glorot's variance, times 16 under sigmoid units and 2 under rectifiers; logits have Glorot's", () => {
    for (const [activation, square] of [
      ["sigmoid", 16],
      ["relu", 2],
      ["tanh", 1],
    ] as const) {
      const model = mlp({ input: [300], hidden: [200], classes: 100, activation, seed: 2 });
      const variance = (w: tf.Tensor) => tf.tidy(() => tf.mean(tf.square(w)).dataSync()[0]!);
      const [hidden, , logits] = model.getWeights();
      expect(variance(hidden!) / ((square * 2) / 500)).toBeCloseTo(1, 1);
      expect(variance(logits!) / (2 / 300)).toBeCloseTo(1, 1);
      model.dispose();
    }
  });

  test("the last layer gives logits: they are not normalized", () => {
    const model = mlp({ input: [4], hidden: [8], classes: 3, seed: 5 });
    const sums = tf.tidy(() => tf.sum(model.predict(tf.ones([2, 4])) as tf.Tensor, 1).arraySync()) as number[];
    for (const sum of sums) expect(Math.abs(sum - 1)).toBeGreaterThan(1e-3);
    model.dispose();
  });

  test("bad input is named", () => {
    expect(() => mlp({ input: [0] })).toThrow("mlp: input must be positive integers such as [28, 28]; got [0]");
    expect(() => mlp({ hidden: [] })).toThrow("mlp: hidden must hold the units of at least one layer; got []");
    expect(() => mlp({ hidden: [3.5] })).toThrow("mlp: units must be a positive integer; got 3.5");
  });
});
