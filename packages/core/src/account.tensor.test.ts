import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { account, bytesOnDisk } from "./account";
import { factorizedConv2d } from "./layers/factorized-conv2d";
import { factorizedDense } from "./layers/factorized-dense";
import { lowRankDense } from "./layers/low-rank-dense";
import { saved } from "./testing/compare";
import { noiseAtoms } from "./testing/dictionaries";

const network = (learned: boolean) =>
  tfl.sequential({
    layers: [
      factorizedDense({ units: 60, dictionary: noiseAtoms([8, 8], 5), rank: 4, columns: 3, inputShape: [64] }),
      factorizedDense({ units: 30, dictionary: noiseAtoms([60], 6, learned), rank: 5, columns: 2 }),
      lowRankDense({ units: 20, rank: 3 }),
      tfl.layers.dense({ units: 10 }),
    ],
  });

const atoms = () => ({ dictionary: noiseAtoms([8, 8], 5), rank: 4 });

const withoutNames = ({ layers }: ReturnType<typeof account>) => layers.map(({ layer: _, ...counts }) => counts);

describe("account", () => {
  test("counts by hand", async () => {
    const model = network(true);
    const counted = account(model);
    expect(withoutNames(counted)).toEqual([
      { dense: 64 * 60, dynamic: 4 * 60, static: 64 * 12, stored: 0 },
      { dense: 60 * 30, dynamic: 5 * 30, static: 60 * 10, stored: 600 },
      { dense: 30 * 20, dynamic: 3 * 50, static: 0, stored: 0 },
    ]);
    expect(counted.proportion).toBeCloseTo((240 + 150 + 150) / (3840 + 1800 + 600), 12);
    expect(counted.trainable).toBe(240 + 60 + 150 + 30 + 150 + 20 + 210);
    const bytes = await bytesOnDisk(model);
    expect(bytes).toBeGreaterThan((counted.trainable + counted.stored) * 4);
    expect(bytes).toBeLessThan((counted.trainable + counted.stored) * 4 + 8000);
  });

  test("counts models within models", () => {
    const inner = network(false);
    const outer = tfl.sequential({ layers: [inner, tfl.layers.dense({ units: 2 })] });
    expect(account(outer).dynamic).toBe(account(inner).dynamic);
  });

  test("counts a layer within a wrapper", () => {
    const layer = factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 4, name: "each" });
    const model = tfl.sequential({ layers: [tfl.layers.timeDistributed({ layer, inputShape: [5, 20] })] });
    expect(account(model).layers).toEqual([{ layer: "each", dense: 120, dynamic: 24, static: 80, stored: 0 }]);
    expect(account(model).trainable).toBe(24 + 6);
  });

  test("counts a layer that is used twice once", () => {
    const layer = factorizedDense({ units: 20, dictionary: noiseAtoms([20]), rank: 4 });
    const input = tfl.input({ shape: [20] });
    const inner = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
    const outputs = layer.apply(inner.apply(input) as tfl.SymbolicTensor) as tfl.SymbolicTensor;
    expect(account(tfl.model({ inputs: input, outputs })).dense).toBe(400);
  });

  test("a dense model learns all of its weights", () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [4] })] });
    expect(account(model)).toEqual({
      dense: 0,
      dynamic: 0,
      static: 0,
      stored: 0,
      proportion: 1,
      trainable: 15,
      layers: [],
    });
  });

  test("a layer that is not trained learns nothing: its V is fixed and stored", () => {
    const model = network(false);
    const before = account(model);
    for (const layer of model.layers.slice(0, 3)) layer.trainable = false;
    const frozen = account(model);
    expect(withoutNames(frozen)).toEqual([
      { dense: 3840, dynamic: 0, static: 768 + 240, stored: 240 },
      { dense: 1800, dynamic: 0, static: 600 + 150, stored: 150 },
      { dense: 600, dynamic: 0, static: 150, stored: 150 },
    ]);
    expect([frozen.proportion, frozen.trainable]).toEqual([0, 210]);
    for (const layer of model.layers) layer.trainable = true;
    expect(account(model)).toEqual(before);
  });

  test("a frozen model within a model learns nothing, either", () => {
    const inner = network(false);
    const outer = tfl.sequential({ layers: [inner, tfl.layers.dense({ units: 2 })] });
    inner.trainable = false;
    expect(account(outer)).toMatchObject({ dynamic: 0, stored: 240 + 150 + 150, trainable: 22 });
  });

  test.each<[string, () => tfl.layers.Layer]>([
    ["a wrapper", () => tfl.layers.timeDistributed({ layer: factorizedDense({ units: 6, ...atoms() }) })],
    [
      "a model in a wrapper",
      () =>
        tfl.layers.timeDistributed({
          layer: tfl.sequential({ layers: [factorizedDense({ units: 6, ...atoms(), inputShape: [64] })] }),
        }),
    ],
    ["a low-rank layer in a wrapper", () => tfl.layers.timeDistributed({ layer: lowRankDense({ units: 6, rank: 4 }) })],
  ])("%s in a frozen model within a model learns nothing, either", (_, layer) => {
    const middle = tfl.sequential({
      layers: [tfl.layers.reshape({ inputShape: [5, 64], targetShape: [5, 64] }), layer()],
    });
    const outer = tfl.sequential({ layers: [middle, tfl.layers.flatten(), tfl.layers.dense({ units: 2 })] });
    expect(account(outer).dynamic).toBeGreaterThan(0);
    middle.trainable = false;
    expect(account(outer)).toMatchObject({ dynamic: 0, proportion: 0, trainable: 62 });
  });

  test("dynamic and stored are what the file holds of these layers, biases aside", async () => {
    const base = tf.zeros([3, 3, 2, 4]);
    const conv = (options: object) =>
      factorizedConv2d({
        filters: 4,
        kernelSize: 3,
        dictionary: noiseAtoms([3, 3], 0, true),
        rank: 5,
        useBias: false,
        ...options,
      });
    for (const options of [{}, { base }, { trainable: false }, { base, trainable: false }]) {
      const model = tfl.sequential({ layers: [conv({ inputShape: [5, 5, 2], ...options })] });
      const { dynamic, stored, static: fixed, trainable } = account(model);
      const numbers = (await saved(model)).weightSpecs!.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
      expect(dynamic + stored).toBe(numbers.reduce((a, b) => a + b, 0));
      expect(dynamic).toBe(trainable);
      expect(fixed).toBe(stored); // U was learned from data: everything fixed is stored
    }
  });
});
