import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { createRegistry, dictionaries } from "@weightcast/dictionary";
import { beforeAll, describe, expect, test } from "vitest";
import { account } from "../account";
import { dictionaryOf, recipeOf } from "../atoms/recipe";
import { close, load, normals, saved } from "../testing/compare";
import { noise, noiseAtoms, separable } from "../testing/dictionaries";
import savedModels from "../testing/saved-models.json";
import { FactorizedDense, factorizedDense } from "./factorized-dense";
import { lowRankDense } from "./low-rank-dense";
import { registerLayers } from "./register";

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
    "give the same outputs (learned: $learned)",
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

  test("the file holds no U unless it was learned", async () => {
    const elements = ({ weightSpecs }: tf.io.ModelArtifacts) => weightSpecs!.map(({ shape }) => shape.join("x"));
    const trained = ["3x4x20", "60", "2x5x15", "30"];
    const rest = ["30x3", "3x20", "20", "20x10", "10"];
    expect(elements(await saved(network(false)))).toEqual([...trained, ...rest]);
    const withAtoms = elements(await saved(network(true)));
    expect([...withAtoms].sort()).toEqual([...trained, ...rest, "60x10"].sort());
  });

  test("options and names that tf.layers would rename survive", async () => {
    const options = { length_scale: 2, File: "MyAtoms_V2", maxHTTPCount: 3, λ: "ä_B" };
    const seen: unknown[] = [];
    dictionaries.register({
      name: "particular",
      needs: "domain",
      create: ({ domain }, loaded) => {
        seen.push(loaded);
        return { ...noiseAtoms(domain), name: "particular", options: loaded ?? {} };
      },
    });
    const dictionary = { ...noiseAtoms([6]), name: "particular", options };
    const layer = factorizedDense({ units: 4, dictionary, rank: 2, inputShape: [6], name: "myLayer_2" });
    const again = await load(await saved(tfl.sequential({ layers: [layer] })));
    expect(seen).toEqual([options]);
    expect(again.layers[0]!.name).toBe("myLayer_2");
  });

  test("a frozen layer stays frozen, and a layer recreated from its configuration alone gives NaN", async () => {
    const model = await load(await saved(network(true)));
    model.layers[1]!.trainable = false;
    const again = await load(await saved(model));
    expect(again.layers.map(({ trainable }) => trainable)).toEqual(model.layers.map(({ trainable }) => trainable));
    const bare = model.layers[1]! as FactorizedDense;
    const clone = FactorizedDense.fromConfig(FactorizedDense as never, bare.getConfig()) as FactorizedDense;
    expect((clone.apply(tf.ones([1, 60])) as tf.Tensor).dataSync().every(Number.isNaN)).toBe(true);
  });

  test("a dictionary that no longer makes the atoms the file was saved with is refused", async () => {
    const artifacts = await saved(network(false));
    const text = JSON.stringify(artifacts.modelTopology).replace('\\"seed\\":5', '\\"seed\\":55');
    const wrong = { ...artifacts, modelTopology: JSON.parse(text) };
    const before = tf.memory().numTensors;
    await expect(load(wrong)).rejects.toThrow("no longer makes the atoms");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a dictionary that isn't registered, or is made from samples, is refused by name", () => {
    const recipe = recipeOf(noiseAtoms([4]));
    expect(() => dictionaryOf(recipe, createRegistry())).toThrow('no module named "noise" is registered');
    const registry = createRegistry();
    registry.register({ name: "noise", needs: "samples", create: () => noiseAtoms([4]) });
    expect(() => dictionaryOf(recipe, registry)).toThrow('dictionary "noise" is made from samples');
    expect(() => dictionaryOf({ ...recipe, size: 5 })).toThrow("offers 4 atoms; the model was made with 5");
  });
});

describe("a model saved by an earlier version", () => {
  beforeAll(() => {
    registerLayers();
    dictionaries.register(noise, separable);
  });

  // Files written when layers had no common base class and no `base`, with the outputs they gave then.
  test.each(savedModels.map((file, i) => [i, ...file.weightSpecs.map(({ name }) => name)] as const))(
    "file %d gives the outputs it gave then, and is saved unchanged",
    async (i) => {
      const { modelTopology, weightSpecs, weightData, outputs } = savedModels[i]!;
      const bytes = Uint8Array.from(atob(weightData), (letter) => letter.charCodeAt(0));
      const specs = weightSpecs as tf.io.WeightsManifestEntry[];
      const model = await load({ modelTopology, weightSpecs: specs, weightData: bytes.buffer });
      const x = normals([2, ...(model.inputs[0]!.shape.slice(1) as number[])], "x");
      const y = tf.slice(tf.reshape(model.predict(x) as tf.Tensor, [-1]), 0, outputs.length);
      close(y, tf.tensor1d(outputs), 1e-5);
      const again = await saved(model);
      expect(again.modelTopology).toEqual(modelTopology);
      expect(again.weightSpecs).toEqual(weightSpecs);
    },
  );
});
