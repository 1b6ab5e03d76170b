import * as tf from "@tensorflow/tfjs-core";
import { samples } from "@weightcast/datasets";
import { covariance } from "@weightcast/dictionary-kernel";
import { beforeAll, expect, test } from "vitest";
import { layersBy, layersOf, resolveRun } from "../spec";
import { buildNetwork } from "./build";
import { loadData } from "./data";
import { registerBuiltIns } from "./dictionaries";

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
