import { rankOf } from "@weightcast/dictionary";
import { layersOf, nameOf, predictedLayers, type RunSpec } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { fig5 } from "./runs";

/** Number of learned weights of all layers that can be predicted: without biases and the last layer. */
const learned = (spec: RunSpec) =>
  layersOf(spec.network).reduce((sum, { name, kernel, channels, filters }) => {
    const places = kernel.reduce((a, b) => a * b);
    const predicted = spec.network.layers[name];
    return (
      sum + (predicted ? rankOf({ proportion: predicted.proportion }, places, places) : places) * channels * filters
    );
  }, 0);

test("fig5: the paper's network, dense once per seed, and SE at the paper's proportions", () => {
  const specs = fig5({ seeds: [1, 2] });
  const names = (seed: number) =>
    ["nokernel", "SE 25%", "SE 50%", "SE 75%", "SE 100%"].map((name) => `${name} seed ${seed}`);
  expect(specs.map(nameOf)).toEqual([...names(1), ...names(2)]);
  const [dense, quarter] = specs;
  // The paper's sizes, worked by hand: 48·8·8·3 + 64·8·8·48 + 64·5·5·64 + 500·3·3·64, and at 25% 16, 16, 6 and 2 places of each.
  expect(specs.slice(0, 5).map(learned)).toEqual([596_224, 140_032, 316_160, 456_192, 596_224]);
  const others = 48 + 64 + 64 + 500 + 500 * 10 + 10;
  expect(learned(dense!) + others).toBe(601_910);
  expect(learned(quarter!) + others).toBe(145_718);
  expect(quarter).toMatchObject({
    data: { name: "cifar10", standardize: true },
    training: {
      epochs: 12,
      batchSize: 100,
      optimizer: "sgd",
      rate: 0.02,
      momentum: 0.9,
      schedule: "cosine",
      warmup: 1,
      weightDecay: 1e-3,
    },
  });
  const kernel = { dictionary: "kernel", options: { kernel: "squared-exponential", lengthScale: 1 } };
  const layers = predictedLayers(quarter!);
  expect(layers).toMatchObject([kernel, kernel, kernel, kernel]);
  expect(layers.map((layer) => "columns" in layer && layer.columns)).toEqual([1, 1, 1, 5]);
});

test("fig5: other fillings, images, epochs and networks", () => {
  const [random, cosine] = fig5({
    methods: ["RandFixU", "DCT"],
    proportions: [0.5],
    seeds: [3],
    epochs: 2,
    train: 100,
    data: { name: "mine", folder: "./mine" },
    model: "lenet5",
  });
  expect(random!.training).toMatchObject({ epochs: 2, warmup: 1 / 6 }); // a twelfth of the run, as in twelve epochs
  expect(random).toMatchObject({ label: "RandFixU", seed: 3, data: { name: "mine", folder: "./mine", train: 100 } });
  expect(Object.keys(random!.network.layers)).toEqual(["conv_1", "conv_2", "fc_1"]); // fc_2 has no grid
  expect(cosine!.network.layers.conv_1).toMatchObject({ dictionary: "fourier", selection: "leading" });
  expect(() => fig5({ proportions: [2] })).toThrow(/^fig5 SE: network\.layers\.conv_1\.proportion: .*got 2/);
});
