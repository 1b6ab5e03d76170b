import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { createRegistry, dictionaries } from "@weightcast/dictionary";
import { beforeAll, describe, expect, test } from "vitest";
import { account, bytesOnDisk } from "./account";
import { FactorizedDense, factorizedDense } from "./factorized-dense";
import { lowRankDense } from "./low-rank-dense";
import { dictionaryOf, recipeOf } from "./recipe";
import { registerLayers } from "./register";
import { load, saved } from "./testing/compare";
import { noise, noiseAtoms } from "./testing/dictionaries";

const network = (learned: boolean) =>
  tfl.sequential({
    layers: [
      factorizedDense({
        units: 60,
        dictionary: noiseAtoms([8, 8], 5),
        rank: 4,
        columns: 3,
        activation: "sigmoid",
        seed: 2,
        inputShape: [64],
      }),
      factorizedDense({ units: 30, dictionary: noiseAtoms([60], 6, learned), rank: 5, columns: 2, activation: "relu" }),
      lowRankDense({ units: 20, rank: 3 }),
      tfl.layers.dense({ units: 10, kernelInitializer: "zeros" }),
    ],
  });

describe("model.save and loadLayersModel", () => {
  beforeAll(() => {
    registerLayers();
    dictionaries.register(noise);
  });

  test.each([{ learned: false }, { learned: true }])(
    "give the same outputs again (learned: $learned)",
    async ({ learned }) => {
      const model = network(learned);
      const x = tf.reshape(tf.linspace(-1, 1, 4 * 64), [4, 64]);
      const hidden = tfl.model({ inputs: model.inputs, outputs: model.layers[2]!.output as tfl.SymbolicTensor });
      const artifacts = await saved(model);
      const again = await load(artifacts);
      const hiddenAgain = tfl.model({ inputs: again.inputs, outputs: again.layers[2]!.output as tfl.SymbolicTensor });
      expect((hiddenAgain.predict(x) as tf.Tensor).dataSync()).toEqual((hidden.predict(x) as tf.Tensor).dataSync());
      expect(account(again)).toEqual({ ...account(model), layers: account(again).layers });
      expect((await saved(again)).weightSpecs).toEqual(artifacts.weightSpecs);
    },
  );

  test("the file holds no U, unless it was learned", async () => {
    const elements = ({ weightSpecs }: tf.io.ModelArtifacts) => weightSpecs!.map(({ shape }) => shape.join("x"));
    const trained = ["3x4x20", "60", "2x5x15", "30"];
    const rest = ["30x3", "3x20", "20", "20x10", "10"];
    expect(elements(await saved(network(false)))).toEqual([...trained, ...rest]);
    const withAtoms = elements(await saved(network(true)));
    expect([...withAtoms].sort()).toEqual([...trained, ...rest, "60x10"].sort());
  });

  test("options and names that tf.layers would rename come back as they were", async () => {
    const options = { length_scale: 2, File: "MyAtoms_V2", maxHTTPCount: 3, λ: "ä_B" };
    const made: unknown[] = [];
    dictionaries.register({
      name: "particular",
      needs: "domain",
      create: ({ domain }, given) => {
        made.push(given);
        return { ...noiseAtoms(domain), name: "particular", options: given ?? {} };
      },
    });
    const dictionary = { ...noiseAtoms([6]), name: "particular", options };
    const layer = factorizedDense({ units: 4, dictionary, rank: 2, inputShape: [6], name: "myLayer_2" });
    const again = await load(await saved(tfl.sequential({ layers: [layer] })));
    expect(made).toEqual([options]);
    expect(again.layers[0]!.name).toBe("myLayer_2");
  });

  test("a frozen layer stays frozen, and one that was made again from its configuration alone answers NaN", async () => {
    const model = await load(await saved(network(true)));
    model.layers[1]!.trainable = false;
    const again = await load(await saved(model));
    expect(again.layers.map(({ trainable }) => trainable)).toEqual(model.layers.map(({ trainable }) => trainable));
    const bare = model.layers[1]! as FactorizedDense;
    const clone = FactorizedDense.fromConfig(FactorizedDense as never, bare.getConfig()) as FactorizedDense;
    expect((clone.apply(tf.ones([1, 60])) as tf.Tensor).dataSync().every(Number.isNaN)).toBe(true);
  });

  test("a dictionary that makes other atoms than the file was saved with is refused", async () => {
    const artifacts = await saved(network(false));
    const text = JSON.stringify(artifacts.modelTopology).replace('\\"seed\\":5', '\\"seed\\":55');
    const wrong = { ...artifacts, modelTopology: JSON.parse(text) };
    const before = tf.memory().numTensors;
    await expect(load(wrong)).rejects.toThrow("no longer makes the atoms");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a dictionary that isn't registered, or was made from samples, is named", () => {
    const recipe = recipeOf(noiseAtoms([4]));
    expect(() => dictionaryOf(recipe, createRegistry())).toThrow('no module named "noise" is registered');
    const registry = createRegistry();
    registry.register({ name: "noise", needs: "samples", create: () => noiseAtoms([4]) });
    expect(() => dictionaryOf(recipe, registry)).toThrow('dictionary "noise" is made from samples');
    expect(() => dictionaryOf({ ...recipe, size: 5 })).toThrow("offers 4 atoms; the model was made with 5");
  });
});

describe("account", () => {
  test("counts by hand", async () => {
    const model = network(true);
    const counted = account(model);
    expect(counted.layers.map(({ layer: _, ...counts }) => counts)).toEqual([
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
});
