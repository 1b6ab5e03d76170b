import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { fourier } from "@weightcast/dictionary-fourier";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import type { Site } from "../factorize/choice";
import { lowRank } from "../factorize/low-rank";
import { freeModel } from "../model/free";
import { factorizeWithin } from "./factorize-within";

const values = (shape: readonly number[], name: string, of = (x: number) => x): tf.Tensor => {
  const random = stream(6, name);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => of(random.normal())),
    [...shape],
  );
};

/** A network whose first layer is smooth over its inputs, and whose second has rank 3. */
function network(): LayersModel {
  const model = sequential({
    layers: [
      layers.dense({ units: 24, inputShape: [32], activation: "tanh", name: "smooth" }),
      layers.dense({ units: 24, activation: "tanh", name: "flat" }),
      layers.dense({ units: 5, name: "head" }),
    ],
  });
  tf.tidy(() => {
    const atoms = fourier([32]).atoms([0, 1, 2, 3]);
    const smooth = tf.matMul(tf.tensor2d(atoms.data as Float32Array, [32, 4]), values([4, 24], "v") as tf.Tensor2D);
    const flat = tf.mul(tf.matMul(values([24, 3], "a") as tf.Tensor2D, values([3, 24], "b") as tf.Tensor2D), 0.3);
    model.layers[0]!.setWeights([
      tf.add(
        smooth,
        values([32, 24], "noise", (x) => 0.01 * x),
      ),
      values([24], "bias"),
    ]);
    model.layers[1]!.setWeights([
      tf.add(
        flat,
        values([24, 24], "noise", (x) => 0.01 * x),
      ),
      values([24], "bias"),
    ]);
    model.layers[2]!.setWeights([values([24, 5], "head"), values([5], "bias")]);
  });
  return model;
}

const dictionaries = { fourier: ({ layer }: Site) => fourier(layer.domain), "low-rank": lowRank };

describe("factorizeWithin", () => {
  test("each layer gets the dictionary that suits it, and the budget is met", async () => {
    const model = network();
    const samples = values([400, 32], "x");
    const before = tf.memory().numTensors;
    const [weights, others] = [32 * 24 + 24 * 24, 24 * 2 + 24 * 5 + 5];
    const {
      model: small,
      layers: reports,
      sensitivity,
      stages,
      error,
    } = await factorizeWithin(
      model,
      { bytes: 4 * (0.4 * weights + others) },
      { samples, dictionaries, layers: ({ path }) => path !== "head" },
    );
    expect(reports.map(({ path, dictionary }) => [path, dictionary])).toEqual([
      ["smooth", "fourier"],
      ["flat", "low-rank"],
    ]);
    const stored = reports.reduce((sum, one) => sum + one.stored, 0);
    expect(stored).toBeLessThanOrEqual(0.4 * weights);
    expect(stored).toBeGreaterThan(0.1 * weights);
    expect(error.outputs).toBeLessThan(0.01);
    // The curves: fewer numbers, more error; and what is said of the model is what it does.
    for (const { points } of sensitivity.layers) {
      expect(points.filter(({ measured }) => measured).length).toBeGreaterThanOrEqual(2);
      for (const name of Object.keys(dictionaries)) {
        const curve = points.filter(({ dictionary }) => dictionary === name);
        for (const [i, { left, learned }] of curve.entries())
          if (i > 0) expect([left <= curve[i - 1]!.left, learned > curve[i - 1]!.learned]).toEqual([true, true]);
      }
    }
    // Other budgets: from the model as it is, ever smaller; this one is the first within the budget, with the sum of its layers' errors.
    expect(stages[0]).toEqual({ cost: weights, error: 0 });
    for (const [i, { cost }] of stages.entries()) if (i > 0) expect(cost).toBeLessThan(stages[i - 1]!.cost);
    const errors = reports.map(
      (one) =>
        sensitivity.layers
          .find(({ path }) => path === one.path)!
          .points.find(({ dictionary, rank }) => dictionary === one.dictionary && rank === one.rank)!.error,
    );
    expect(stages.find(({ cost }) => cost <= 0.4 * weights)).toEqual({ cost: stored, error: errors[0]! + errors[1]! });
    const fresh = tf.tidy(() => {
      const held = values([1000, 32], "others");
      const [y, z] = [model, small].map((of) => of.predict(held) as tf.Tensor);
      const square = (t: tf.Tensor) => tf.sum(tf.square(t)).dataSync()[0]!;
      return square(tf.sub(z!, y!)) / square(tf.sub(y!, tf.mean(y!, 0)));
    });
    expect(fresh / error.outputs).toBeGreaterThan(0.5);
    expect(fresh / error.outputs).toBeLessThan(2);

    // From the same curves, a smaller one.
    const smaller = await factorizeWithin(
      model,
      { learned: 0.2 },
      { samples, dictionaries, layers: ({ path }) => path !== "head", sensitivity },
    );
    const learned = smaller.layers.reduce((sum, one) => sum + one.learned, 0);
    expect(learned).toBeLessThanOrEqual(0.2 * weights);
    expect(smaller.layers.reduce((sum, one) => sum + one.stored, 0)).toBeGreaterThan(learned); // U of low-rank
    freeModel(small);
    freeModel(smaller.model);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("an offer that stores as many numbers as the dense layer is none, however few of them are learned", async () => {
    const model = network();
    const made = await factorizeWithin(
      model,
      { learned: 0.3 },
      { samples: values([60, 32], "x"), dictionaries: { "low-rank": lowRank }, layers: () => true },
    );
    const head = made.sensitivity.layers.find(({ path }) => path === "head")!;
    // Rank r stores r (24 + 5) numbers of 120: rank 5 would learn 25 and store 145.
    expect(head.points.map(({ stored }) => stored)).toEqual([29, 58, 87, 116]);
    freeModel(made.model);
  });

  test("a limit of the error is kept, by the measure that is asked for", async () => {
    const model = network();
    const samples = values([400, 32], "x");
    const sizes: number[] = [];
    for (const measure of [
      "outputs",
      "classes",
      (a: readonly Float32Array[], b: readonly Float32Array[]) =>
        Math.max(...a[0]!.map((x, i) => Math.abs(x - b[0]![i]!))),
    ] as const) {
      const made = await factorizeWithin(model, { error: 0.1 }, { samples, dictionaries, measure });
      expect(made.error.measured).toBeLessThanOrEqual(0.1);
      sizes.push(made.layers.reduce((sum, one) => sum + one.stored, 0));
    }
    expect(sizes[2]).toBeGreaterThan(sizes[0]!); // the largest difference is a stricter measure
  });

  test("budgets that can't be met say what can", async () => {
    const model = network();
    const options = { samples: values([40, 32], "x"), dictionaries };
    for (const budget of [
      { learned: 0 },
      { learned: 1 },
      { bytes: -3 },
      { error: Number.NaN },
      {},
      { bytes: 1, error: 1 },
    ])
      await expect(factorizeWithin(model, budget as never, options)).rejects.toThrow(
        "factorizeWithin: the budget must be { bytes }",
      );
    await expect(factorizeWithin(model, { bytes: 400 }, options)).rejects.toThrow(/must be at least \d+ bytes/);
    await expect(factorizeWithin(model, { bytes: 1e6 }, options)).rejects.toThrow(/must be below \d+ bytes/);
    await expect(factorizeWithin(model, { error: 1e-12 }, options)).rejects.toThrow(
      "no layer can change with an error of at most 1e-12",
    );
    await expect(
      factorizeWithin(model, { learned: 0.2 }, { ...options, samples: values([3, 32], "x") }),
    ).rejects.toThrow("at least 4");
  });
});
