import { layers, sequential } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { beforeAll, expect, test } from "vitest";
import { describe, fixedArrays } from "./layers.mjs";
import { layersOf } from "./testing/variants.mjs";

beforeAll(() => useEngine("cpu"));

test("the description of the paper's network for MNIST", () => {
  expect(layersOf("mlp", "factorized")).toMatchObject([
    { kind: "factorized", inputs: 784, units: 500, columns: 10, rank: 39, activation: "sigmoid", first: true },
    { kind: "factorized", inputs: 500, units: 500, columns: 10, rank: 25, activation: "sigmoid", first: false },
    { kind: "dense", inputs: 500, units: 10, activation: "linear", fixed: [], weights: ["kernel", "bias"] },
  ]);
});

test("the network for CIFAR-10: convolutions over the whole map, pooling within it, and the order of rows, columns, channels", () => {
  const window = { window: [8, 8], strides: [1, 1], padding: "same" };
  const pads = [
    [3, 4],
    [3, 4],
  ];
  const found = layersOf("convnet", "dense").filter(({ kind }) => kind !== "activation");
  expect(found).toMatchObject([
    { kind: "convolution", ...window, pads, input: [32, 32, 3], output: [32, 32], filters: 48, first: true },
    { kind: "max-pool", window: [4, 4], strides: [2, 2], input: [32, 32, 48], output: [15, 15] },
    { kind: "convolution", ...window, pads, input: [15, 15, 48], output: [15, 15], filters: 64, first: false },
    { kind: "max-pool", window: [4, 4], strides: [2, 2], input: [15, 15, 64], output: [6, 6] },
    { kind: "convolution", window: [5, 5], input: [6, 6, 64], output: [6, 6], filters: 64 },
    { kind: "max-pool", window: [2, 2], strides: [2, 2], input: [6, 6, 64], output: [3, 3] },
    { kind: "flatten" },
    { kind: "dense", inputs: 576, units: 500 },
    { kind: "dense", inputs: 500, units: 10, weights: ["kernel", "bias"] },
  ]);
  const activations = layersOf("convnet", "dense").map(({ activation }) => activation);
  expect(activations.filter((name) => name === "relu")).toHaveLength(4);
});

test("the network for CIFAR-10, a quarter learned: in one column, except for five in the fully connected layer over its map", () => {
  const found = layersOf("convnet", "factorized").filter(({ fixed }) => fixed.length > 0);
  const common = { kind: "factorized-convolution", fixed: ["atoms"], weights: ["coefficients", "bias"] };
  expect(found).toMatchObject([
    { ...common, columns: 1, rank: 16, window: [8, 8], filters: 48, first: true },
    { ...common, columns: 1, rank: 16, window: [8, 8], filters: 64 },
    { ...common, columns: 1, rank: 6, window: [5, 5], filters: 64 },
    { ...common, columns: 5, rank: 2, window: [3, 3], padding: "valid", output: [1, 1], filters: 500 },
  ]);
  const shapes = layersOf("convnet", "factorized", (model) =>
    model.layers.flatMap((layer) => Object.values(fixedArrays(layer)).map(({ shape }) => shape)),
  );
  expect(shapes).toEqual([
    [64, 16],
    [64, 16],
    [25, 6],
    [9, 10],
  ]);
});

test("the convnet learns a quarter of the predicted weights", () => {
  const count = (name) => layersOf("convnet", name, (model) => model.countParams());
  expect(count("dense")).toBe(601_910);
  expect(count("factorized")).toBe(145_718);
});

test("layers that no peer supports are refused", () => {
  const refused = (layer) => () => describe(sequential({ layers: [layer] }));
  const inputShape = [8, 8, 2];
  expect(refused(layers.averagePooling2d({ inputShape }))).toThrow(/AveragePooling2D/);
  expect(refused(layers.maxPooling2d({ inputShape, padding: "same" }))).toThrow(/MaxPooling2D with padding/);
  expect(refused(layers.conv2d({ inputShape, filters: 1, kernelSize: 3, dilationRate: 2 }))).toThrow(/with dilation/);
  expect(refused(layers.conv2d({ inputShape, filters: 1, kernelSize: 3, useBias: false }))).toThrow(/without a bias/);
});
