import * as tf from "@tensorflow/tfjs-core";
import { calibrate } from "@weightcast/core";
import { samples } from "@weightcast/datasets";
import { covariance } from "@weightcast/dictionary-kernel";
import { predictable } from "@weightcast/models";
import { beforeAll, expect, test } from "vitest";
import { layersBy, layersOf, planOf, resolveRun } from "../spec";
import { buildNetwork } from "./build";
import { loadData } from "./data";
import { registerBuiltIns } from "./dictionaries";
import { pixelsOf } from "./images";
import { layerInputs } from "./layer-inputs";

beforeAll(registerBuiltIns);

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
  const model = await buildNetwork(spec, dataset, {
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

/** LeNet-5 on MNIST, which pads images of 28×28 before its first layer. */
const lenet = (more: object) =>
  resolveRun({ data: { train: 200, test: 10, samples: 150 }, network: { model: "lenet5", ...more } });

test("a dictionary of the first layer sees what the network does to the images before it", async () => {
  const layer = { weights: "factorized", dictionary: "covariance", proportion: 0.3, basis: "atoms" } as const;
  const spec = lenet({ layers: { conv_1: layer } });
  const dataset = await loadData(spec.data, spec.seed, ".");
  const model = await buildNetwork(spec, dataset);
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
  const model = await buildNetwork(spec, dataset, {
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
