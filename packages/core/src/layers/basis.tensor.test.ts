import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { dictionaries } from "@weightcast/dictionary";
import { beforeAll, describe, expect, test } from "vitest";
import { close, load, normals, saved } from "../testing/compare";
import { noise, noiseAtoms, separable, separableAtoms } from "../testing/dictionaries";
import { factorizedConv1d } from "./factorized-conv1d";
import { factorizedConv2d } from "./factorized-conv2d";
import { factorizedDense } from "./factorized-dense";
import { factorizedDepthwiseConv2d } from "./factorized-depthwise-conv2d";
import { isFactorized } from "./factorized-layer";
import { registerLayers } from "./register";

beforeAll(() => {
  registerLayers();
  dictionaries.register(noise, separable);
});

/** Network with each kind of factorized layer, with non-default options. */
const network = (learned = false) =>
  tfl.sequential({
    layers: [
      factorizedConv2d({
        filters: 6,
        kernelSize: [3, 4],
        strides: [2, 1],
        padding: "same",
        columns: 2,
        dictionary: noiseAtoms([3, 4], 5, learned),
        rank: { proportion: 0.5 },
        basis: "normalized",
        activation: "relu",
        seed: 2,
        inputShape: [9, 8, 3],
      }),
      factorizedDepthwiseConv2d({
        kernelSize: 3,
        depthMultiplier: 2,
        dictionary: noiseAtoms([3, 3], 1, learned),
        rank: 4,
      }),
      factorizedConv2d({
        filters: 4,
        kernelSize: 2,
        dilationRate: [1, 2],
        dictionary: noiseAtoms([2, 2, 12], 7, learned),
        rank: 5,
        selection: [[3, 1, 8, 0, 40]],
        useBias: false,
      }),
      tfl.layers.reshape({ targetShape: [8, 4] }),
      factorizedConv1d({ filters: 5, kernelSize: 3, strides: 2, dictionary: noiseAtoms([3], 6, learned), rank: 2 }),
      tfl.layers.flatten(),
      factorizedDense({ units: 4, dictionary: separableAtoms([3, 5], 3), rank: 4, columns: 2, basis: "orthonormal" }),
    ],
  });

describe("a network with every kind of factorized layer", () => {
  test.each([false, true])(
    "gives the same outputs when saved and loaded (learned: %s), each U in its basis",
    async (learned) => {
      const model = network(learned);
      for (const layer of model.layers) if (isFactorized(layer)) layer.rescale(Array(layer.columns).fill(3));
      const x = normals<tf.Rank.R4>([2, 9, 8, 3], "x");
      const file = await saved(model);
      const stored = file.weightSpecs!.filter(({ name }) => name.includes("atoms"));
      expect(stored.map(({ shape }) => shape)).toEqual(
        learned
          ? [
              [12, 12],
              [9, 4],
              [48, 5],
              [3, 2],
            ]
          : [],
      );
      const again = await load(file);
      expect((again.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
      expect((await saved(again)).modelTopology).toEqual(file.modelTopology);
      for (const [i, layer] of model.layers.entries()) {
        if (!isFactorized(layer)) continue;
        const other = again.layers[i]!;
        if (!isFactorized(other)) throw new Error(`${other.name} is not factorized`);
        expect(other.atoms().dataSync()).toEqual(layer.atoms().dataSync());
        expect(other.indices()).toEqual(layer.indices());
      }
    },
  );

  test.each([0, 1, 2, 4, 6])("is refused with another dictionary in layer %d", async (place) => {
    const file = await saved(network());
    const topology = file.modelTopology as { config: { layers: { config: { recipe: string } }[] } };
    const config = topology.config.layers[place]!.config;
    const changed = config.recipe.replace(/"seed":\d/, '"seed":9');
    expect(changed).not.toBe(config.recipe);
    config.recipe = changed;
    const before = tf.memory().numTensors;
    await expect(load(file)).rejects.toThrow("no longer makes the atoms the model was saved with");
    // TensorFlow.js keeps the weights of the layers before it; this one left nothing.
    if (place === 0) expect(tf.memory().numTensors).toBe(before);
  });

  test("is refused in another basis, because the fingerprint is of the U in use", async () => {
    const file = await saved(network());
    const topology = file.modelTopology as { config: { layers: { config: { basis?: string } }[] } };
    expect(topology.config.layers.map(({ config }) => config.basis)).toEqual([
      "normalized",
      ...Array(5).fill(undefined),
      "orthonormal",
    ]);
    topology.config.layers[0]!.config.basis = "orthonormal";
    await expect(load(file)).rejects.toThrow("no longer makes the atoms");
  });
});

describe("the basis of a layer", () => {
  const dense = (options: Partial<Parameters<typeof factorizedDense>[0]>) => {
    const layer = factorizedDense({ units: 6, dictionary: noiseAtoms([20]), rank: 4, columns: 2, ...options });
    layer.build([null, 20]);
    return layer;
  };
  const blocks = (layer: { atoms(): tf.Tensor2D }) => tf.split(layer.atoms(), 2, 1);

  test("is computed column by column: each block is orthonormal and spans the atoms", () => {
    const [plain, orthonormal] = [dense({}), dense({ basis: "orthonormal" })];
    for (const [j, q] of blocks(orthonormal).entries()) {
      close(tf.matMul(q, q, true), tf.eye(4), 1e-5);
      const u = blocks(plain)[j]!;
      close(tf.matMul(q, tf.matMul(q, u, true)), u, 1e-5);
    }
    expect(orthonormal.fixed().squares.map((square) => Math.round(square * 1e5) / 1e5)).toEqual([4, 4]);
  });

  test('defaults to "atoms" for a dense layer and "orthonormal" for a convolution', () => {
    const conv = (options: object) => {
      const layer = factorizedConv2d({
        filters: 6,
        kernelSize: [4, 5],
        dictionary: noiseAtoms([4, 5]),
        rank: 4,
        columns: 2,
        ...options,
      });
      layer.build([null, 6, 6, 2]);
      return layer;
    };
    expect(conv({}).atoms().dataSync()).toEqual(conv({ basis: "orthonormal" }).atoms().dataSync());
    expect(dense({}).atoms().dataSync()).toEqual(dense({ basis: "atoms" }).atoms().dataSync());
    expect(conv({ basis: "atoms" }).atoms().dataSync()).toEqual(dense({}).atoms().dataSync());
    expect([dense({}), conv({})].map((layer) => "basis" in layer.getConfig())).toEqual([false, false]);
  });

  test("changes nothing if the dictionary's atoms already are such a basis: the factors stay", () => {
    const factor = { rows: 30, cols: 30, data: new Float32Array(900).map((_, k) => (k % 31 === 0 ? 1 : 0)) };
    const dictionary = {
      ...separableAtoms([30, 30]),
      factors: [factor, factor],
      traits: { orthonormal: true, independent: true, ordered: true, learned: false },
    };
    const of = (options: object) => {
      const layer = factorizedDense({ units: 2, dictionary, rank: 800, basis: "orthonormal", ...options });
      layer.build([null, 900]);
      return layer.fixed().formed;
    };
    expect(of({})).toBe(false);
    expect(of({ dictionary: { ...dictionary, traits: separableAtoms([2]).traits }, basis: "normalized" })).toBe(true);
  });
});
