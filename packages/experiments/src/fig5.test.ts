import { rankOf } from "@weightcast/dictionary";
import { expect, test } from "vitest";
import { depth } from "./depth";
import { fig5 } from "./fig5";
import { type NetworkName, networkLayers } from "./network-spec";
import { layersOf, networks } from "./networks";
import { predictedLayers } from "./predicted-layers";
import { nameOf, type RunSpec } from "./spec";

test("the layers that specifications know, and their filters, are those that the networks have", () => {
  for (const [name, layers] of Object.entries(networkLayers))
    expect(
      networks[name as NetworkName].predictable().map((layer) => [layer.name, layer.filters]),
      name,
    ).toEqual(Object.entries(layers));
});

/** Learned weights of all layers that can be predicted, but the biases and the last layer. */
const learned = (spec: RunSpec) =>
  networks[spec.network!.model].predictable().reduce((sum, { name, kernel: [rows, columns], channels, filters }) => {
    const places = rows * columns;
    const predicted = spec.network!.layers[name];
    return (
      sum + (predicted ? rankOf({ proportion: predicted.proportion }, places, places) : places) * channels * filters
    );
  }, 0);

test("fig5: the paper's network, dense once a seed, and SE at the paper's proportions", () => {
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
  expect(Object.keys(random!.network!.layers)).toEqual(["conv_1", "conv_2", "fc_1"]); // fc_2 has no grid
  expect(cosine!.network!.layers.conv_1).toMatchObject({ dictionary: "fourier", selection: "leading" });
  expect(() => fig5({ proportions: [2] })).toThrow(/^fig5 SE: network\.layers\.conv_1\.proportion: .*got 2/);
});

test("depth: all 19 convolutions of ResNet-20, 2, 3 or 5 of 9 weights each", () => {
  const specs = depth({ seeds: [1] });
  expect(specs.map(({ label }) => label)).toEqual([
    "nokernel",
    ...["SE", "DCT", "RandFixU", "SE", "DCT", "RandFixU", "SE", "DCT", "RandFixU"],
  ]);
  const ranks = (spec: RunSpec) => new Set(predictedLayers(spec).map(({ proportion }) => rankOf({ proportion }, 9, 9)));
  expect([1, 4, 7].map((i) => [...ranks(specs[i]!)])).toEqual([[2], [3], [5]]);
  expect(layersOf("resnet20")).toHaveLength(19);
  expect(predictedLayers(specs[1]!)).toHaveLength(19);
});
