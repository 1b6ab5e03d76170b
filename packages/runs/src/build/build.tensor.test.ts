import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { account, calibrate, dictionaryOf, type FactorizedDense, registerLayers } from "@weightcast/core";
import { samples } from "@weightcast/datasets";
import { covariance, type KernelRidge, kernel } from "@weightcast/dictionary-kernel";
import { predictable } from "@weightcast/models";
import { beforeAll, describe, expect, test } from "vitest";
import { layersBy, layersOf, planOf, resolveRun } from "../spec";
import { buildNetwork } from "./build";
import { loadData } from "./data";
import { registerBuiltIns } from "./dictionaries";
import { imageData, pixelsOf } from "./images";
import { layerInputs } from "./layer-inputs";

beforeAll(registerBuiltIns);

test("pre-training for the dictionaries alone: U of a pre-trained network, V of one that was not", async () => {
  const spec = resolveRun({
    data: { train: 300, test: 10, samples: 120 },
    network: {
      model: "mlp",
      hidden: [12, 8],
      layers: layersBy("SE-Emp", layersOf({ model: "mlp" }), { proportion: 0.1, columns: 2 }),
    },
  });
  const data = imageData(spec, await loadData(spec.data, spec.seed, "."));
  const pretrained: string[] = [];
  const pretrain = async (network: LayersModel, name: string) => {
    pretrained.push(name);
    const layer = network.getLayer(name);
    tf.tidy(() =>
      layer.setWeights(layer.getWeights().map((w, i) => (i === 0 ? tf.mul(tf.cos(tf.mul(w, 50)), 0.3) : w))),
    );
  };
  const [untrained, both, dictionaries] = [
    await buildNetwork(spec, data),
    await buildNetwork(spec, data, { pretrain }),
    await buildNetwork(spec, data, { pretrain, keepsWeights: false }),
  ].map((network) => {
    const [first, second] = ["hidden_1", "hidden_2"].map((name) =>
      network
        .getLayer(name)
        .getWeights()
        .map((weights) => [...weights.dataSync()]),
    );
    network.dispose();
    return { v: [first![0], second![0]], u: second![2] };
  });
  expect(pretrained, "the last layer only where its weights stay").toEqual(["hidden_1", "hidden_2", "hidden_1"]);
  expect(dictionaries!.v[0]).toEqual(untrained!.v[0]);
  expect(dictionaries!.u).toEqual(both!.u);
  expect(dictionaries!.u).not.toEqual(untrained!.u);
  // The same draws, in each of the two columns scaled for another U.
  const ratios = dictionaries!.v[1]!.map((value, i) => value / untrained!.v[1]![i]!);
  const half = ratios.length / 2;
  for (const [i, ratio] of ratios.entries()) expect(ratio).toBeCloseTo(ratios[i < half ? 0 : half]!, 4);
});

test("the second dictionary is made from the pre-trained first layer, and the network keeps that layer", async () => {
  const spec = resolveRun({
    data: { train: 300, test: 10, samples: 120 },
    network: {
      model: "mlp",
      hidden: [12, 8],
      layers: layersBy("SE-Emp", layersOf({ model: "mlp" }), { proportion: 0.1, columns: 2 }),
    },
  });
  const dataset = await loadData(spec.data, spec.seed, ".");
  const trained: Float32Array[] = [];
  const depths: number[] = [];
  const model = await buildNetwork(spec, imageData(spec, dataset), {
    pretrain: async (network, name) => {
      const layer = network.getLayer(name);
      expect(network.outputs[0]!.shape).toEqual(layer.outputShape);
      depths.push(network.layers.filter(({ weights }) => weights.length > 0).length);
      tf.tidy(() => {
        const [v, ...others] = layer.getWeights();
        const other = tf.mul(tf.cos(tf.mul(v!, 50)), tf.max(tf.abs(v!)));
        layer.setWeights([other, ...others]);
        trained.push(other.dataSync<"float32">().slice());
      });
    },
  });
  const [first, second] = ["hidden_1", "hidden_2"].map((name) => model.getLayer(name));
  expect(depths).toEqual([1, 2]);
  expect([first!.getWeights()[0]!.dataSync(), second!.getWeights()[0]!.dataSync()]).toEqual(trained);

  const images = samples(dataset.train, { limit: 120, seed: spec.seed });
  const activations = [...images()].map(({ rows, cols, data }) => {
    const outputs = first!.apply(tf.tensor2d(data, [rows, cols])) as tf.Tensor;
    return { rows, cols: 12, data: outputs.dataSync<"float32">() };
  });
  const { indices } = second as unknown as { indices(): number[][] };
  const dictionary = covariance({ domain: [12], batches: () => activations });
  const expected = indices.call(second).map((set) => dictionary.atoms(set));
  const u = second!.getWeights()[2]!; // V, b, U
  const columns = tf.split(u, 2, 1).map((column) => [...column.dataSync()]);
  expect(columns).toEqual(expected.map(({ data }) => [...data]));
  model.dispose();
});

test("over patches, atoms are over all channels of a window: as many weights are learned, and samples are patches", async () => {
  const layer = { weights: "factorized", proportion: 0.25, over: "patch" } as const;
  const spec = resolveRun({
    data: { train: 50, test: 10, samples: 60 },
    network: {
      model: "lenet5",
      layers: { conv_1: { ...layer, dictionary: "gaussian" }, conv_2: { ...layer, dictionary: "covariance" } },
    },
  });
  const dataset = await loadData(spec.data, spec.seed, ".");
  const model = await buildNetwork(spec, imageData(spec, dataset));
  const [first, second] = ["conv_1", "conv_2"].map((name) =>
    model
      .getLayer(name)
      .getWeights()
      .map(({ shape }) => shape),
  );
  expect(first![0]).toEqual([1, 6, 6]); // 25/4, rounded, of 5 · 5 · 1 weights, 6 filters
  expect(second![0]).toEqual([1, 38, 16]); // 150/4, rounded, of 5 · 5 · 6
  expect(second!.at(-1)).toEqual([150, 38]);
  model.dispose();
});

/** LeNet-5 on MNIST, which pads images of 28×28 before its first layer. */
const lenet = (more: object) =>
  resolveRun({ data: { train: 200, test: 10, samples: 150 }, network: { model: "lenet5", ...more } });

test("a dictionary of the first layer sees what the network does to the images before it", async () => {
  const layer = { weights: "factorized", dictionary: "covariance", proportion: 0.3, basis: "atoms" } as const;
  const spec = lenet({ layers: { conv_1: layer } });
  const dataset = await loadData(spec.data, spec.seed, ".");
  const model = await buildNetwork(spec, imageData(spec, dataset));
  const pixels = pixelsOf(spec, dataset);
  // The padding by hand: two zeros on each side, after the images were standardized.
  const padded = [...samples(dataset.train, { ...pixels, limit: 150, seed: spec.seed })()].map(({ rows, data }) => {
    const maps = tf.pad(tf.tensor4d(data, [rows, 28, 28, 1]), [[0, 0], [2, 2], [2, 2], [0, 0]]); // biome-ignore format: axes
    return { rows, cols: 1024, data: maps.dataSync<"float32">() };
  });
  const [first] = predictable(planOf(spec.network, dataset));
  const windows = () => layerInputs(first!, padded, { below: undefined, shape: [32, 32, 1], seed: spec.seed });
  const dictionary = covariance({ domain: [5, 5], batches: windows });
  const built = model.getLayer("conv_1") as unknown as { indices(): number[][]; getWeights(): tf.Tensor[] };
  const expected = dictionary.atoms(built.indices()[0]!);
  expect([...built.getWeights().at(-1)!.dataSync()]).toEqual([...expected.data]);
  model.dispose();
});

test("after pre-training, too, every layer of a network for images has pre-activations of variance 1", async () => {
  const spec = lenet({});
  const dataset = await loadData(spec.data, spec.seed, ".");
  const layers: string[] = [];
  const model = await buildNetwork(spec, imageData(spec, dataset), {
    pretrain: async (network, name) => {
      layers.push(name);
      const layer = network.getLayer(name);
      tf.tidy(() => layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, 30))));
    },
  });
  expect(layers).toEqual(["fc_1", "fc_2"]);
  const [images] = samples(dataset.train, { ...pixelsOf(spec, dataset), limit: 200, seed: spec.seed })();
  const factors = calibrate(model, tf.tensor(images!.data, [200, 28, 28, 1]), { target: "unit" });
  for (const [name, [factor]] of Object.entries(factors)) expect(factor, name).toBeCloseTo(1, 3);
  model.dispose();
});

describe("SE-Prior", () => {
  const spec = resolveRun({
    data: { train: 300, test: 10 },
    network: {
      model: "mlp",
      hidden: [24, 18, 12],
      layers: layersBy("SE-Prior:3", layersOf({ model: "mlp", hidden: [24, 18, 12] }), { proportion: 0.1, columns: 2 }),
    },
    seed: 5,
  });

  test("the dictionaries above the first layer know the first weights of those below, and nothing of U is stored", async () => {
    const model = await buildNetwork(spec, imageData(spec, await loadData(spec.data, spec.seed, ".")));
    const [first, second, third] = [1, 2, 3].map((i) => model.getLayer(`hidden_${i}`) as FactorizedDense);
    /** Correlations of x W for inputs of covariance K, by loops; `calibrate` does not change them. */
    const correlations = (layer: FactorizedDense, k: (i: number, j: number) => number) => {
      const w = layer.weightMatrix();
      const [inputs, units] = w.shape;
      const kw = tf.matMul(
        tf.tensor2d(
          Array.from({ length: inputs * inputs }, (_, at) => k(Math.floor(at / inputs), at % inputs)),
          [inputs, inputs],
        ),
        w,
      );
      const c = tf.matMul(w, kw, true).dataSync();
      const at = (i: number, j: number) => c[i * units + j]!;
      return (i: number, j: number) => at(i, j) / Math.sqrt(at(i, i) * at(j, j));
    };
    const recreated = ({ recipe }: FactorizedDense) => dictionaryOf(recipe) as KernelRidge;
    const near = (gram: KernelRidge["gram"], expected: KernelRidge["gram"], size: number) => {
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++)
          expect(Math.abs(gram(i, j) / Math.sqrt(gram(i, i) * gram(j, j)) - expected(i, j))).toBeLessThan(1e-4);
    };
    const smooth = kernel([28, 28], { lengthScale: 2 });
    const middle = recreated(second!);
    near(middle.gram, correlations(first!, smooth.gram), 24);
    near(recreated(third!).gram, correlations(second!, middle.gram), 18);
    expect([first, second, third].map((layer) => layer!.columns)).toEqual([2, 3, 3]);

    expect(account(model).stored).toBe(0);
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const names = saved!.weightSpecs!.map(({ name }) => name);
    expect(names.filter((name) => name.includes("atoms"))).toEqual([]);
    registerLayers();
    const again = await loadLayersModel(tf.io.fromMemory(saved!));
    const x = tf.randomUniform([5, 784], 0, 1, "float32", 3);
    expect([...(again.predict(x) as tf.Tensor).dataSync()]).toEqual([...(model.predict(x) as tf.Tensor).dataSync()]);
    for (const one of [model, again, x]) one.dispose();
  });
});
