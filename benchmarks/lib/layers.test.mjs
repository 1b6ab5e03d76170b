import { input, layers, model as modelOf, sequential } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import { beforeAll, expect, test } from "vitest";
import { bufferArrays, describe, fixedArrays } from "./layers.mjs";
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

test("ResNet-20 is a graph: layers after those they read, blocks with a shortcut around them, normalization without a bias before it", () => {
  const found = layersOf("resnet20", "dense");
  const byName = Object.fromEntries(found.map((layer) => [layer.name, layer]));
  const count = (of) => found.filter(({ kind }) => kind === of).length;
  expect(["convolution", "batch-normalization", "sum", "sampling", "more-channels"].map(count)).toEqual([
    19, 19, 9, 2, 2,
  ]);
  const place = (name) => (name === "input" ? -1 : found.findIndex((layer) => layer.name === name));
  for (const [i, { reads }] of found.entries()) for (const name of reads) expect(place(name)).toBeLessThan(i);
  expect(found.filter(({ first }) => first)).toMatchObject([
    { name: "conv_1", reads: ["input"], weights: ["kernel"], window: [3, 3] },
  ]);
  const [normalization] = found.filter(({ reads }) => reads.includes("conv_1"));
  expect(normalization).toMatchObject({
    kind: "batch-normalization",
    epsilon: 1e-5,
    momentum: 0.9,
    weights: ["scale", "offset"],
    buffers: ["mean", "variance"],
  });
  expect(byName.stage_2_block_1_conv_1).toMatchObject({
    strides: [2, 2],
    input: [32, 32, 16],
    output: [16, 16],
    pads: [
      [0, 1],
      [0, 1],
    ],
  });
  // Option A: every other pixel, then as many channels of zeros as there were.
  const [sampling] = found.filter(({ kind }) => kind === "sampling");
  const [channels] = found.filter(({ kind }) => kind === "more-channels");
  expect(sampling).toMatchObject({ strides: [2, 2], reads: byName.stage_2_block_1_conv_1.reads });
  expect(channels).toMatchObject({ more: 16, reads: [sampling.name] });
  const sum = found.find(({ kind, reads }) => kind === "sum" && reads.includes(channels.name));
  const body = sum.reads.map((name) => byName[name]).find(({ kind }) => kind === "batch-normalization");
  expect(body.reads).toEqual(["stage_2_block_1_conv_2"]);
  expect(found.slice(-2)).toMatchObject([{ kind: "average" }, { kind: "dense", inputs: 64, units: 10 }]);
});

test("every weight and every moving average of ResNet-20 has a name, in the model's order", () => {
  const [weights, buffers, found] = layersOf("resnet20", "dense", (model) => [
    model.trainableWeights.map(({ shape }) => shape),
    model.layers.flatMap((layer) =>
      Object.entries(bufferArrays(layer)).map(([name, tensor]) => [name, tensor.shape, tensor.dataSync()[0]]),
    ),
    describe(model),
  ]);
  expect(weights).toHaveLength(found.flatMap((layer) => layer.weights).length);
  expect(buffers).toHaveLength(38);
  expect(buffers.slice(0, 2)).toEqual([
    ["mean", [16], 0],
    ["variance", [16], 1],
  ]);
});

test("ResNet-20 learns 3 of the 9 weights of each kernel, without a bias", () => {
  const found = layersOf("resnet20", "factorized").filter(({ fixed }) => fixed.length > 0);
  expect(found).toHaveLength(19);
  for (const layer of found)
    expect(layer).toMatchObject({ kind: "factorized-convolution", columns: 1, rank: 3, weights: ["coefficients"] });
  const count = (name) => layersOf("resnet20", name, (model) => model.countParams());
  // 2 · 688 moving averages that are not learned.
  expect(count("dense")).toBe(269_722 + 1376);
  expect(count("factorized")).toBe(269_722 + 1376 - (2 / 3) * 267_696);
});

test("LeNet-5: a quarter of every layer except the logits, `fc_1` over its map", () => {
  expect(layersOf("lenet5", "dense", (model) => model.countParams())).toBe(61_706);
  const found = layersOf("lenet5", "factorized").filter(({ weights }) => weights.length > 0);
  expect(found).toMatchObject([
    { name: "conv_1", kind: "factorized-convolution", window: [5, 5], output: [28, 28], columns: 1, rank: 6 },
    { name: "conv_2", kind: "factorized-convolution", window: [5, 5], output: [10, 10], columns: 1, rank: 6 },
    { name: "fc_1", kind: "factorized-convolution", window: [5, 5], output: [1, 1], columns: 4 },
    { name: "fc_2", kind: "factorized", inputs: 120, units: 84, columns: 4 },
    { name: "logits", kind: "dense", inputs: 84, units: 10 },
  ]);
});

test("MobileNet's blocks: depthwise windows of 3×3 and 7×7 in wide maps, whole or with 3 of 9 and 12 of 49 weights", () => {
  const wide = { input: [28, 28, 192], output: [28, 28], strides: [1, 1] };
  const dense = layersOf("mobilenet-block", "dense").filter(({ kind }) => kind === "depthwise");
  expect(dense).toMatchObject([
    { ...wide, window: [3, 3], weights: ["kernel"] },
    { ...wide, window: [7, 7], weights: ["kernel"] },
  ]);
  const [first, second] = layersOf("mobilenet-block", "dense").filter(({ kind }) => kind === "sum");
  expect(first.reads).toContain("input");
  expect(second.reads).toContain(first.name);
  const factorized = layersOf("mobilenet-block", "factorized").filter(({ kind }) => kind === "factorized-depthwise");
  expect(factorized).toMatchObject([
    { ...wide, window: [3, 3], rank: 3, weights: ["coefficients"], fixed: ["atoms"] },
    { ...wide, window: [7, 7], rank: 12, weights: ["coefficients"], fixed: ["atoms"] },
  ]);
  const trained = (name) =>
    layersOf("mobilenet-block", name, (model) =>
      model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    );
  const others = 4 * 32 * 192 + 4 * (2 * 192) + 2 * (2 * 32) + 330;
  expect(trained("dense")).toBe(others + 192 * (9 + 49));
  expect(trained("factorized")).toBe(others + 192 * (3 + 12));
});

test("LSTM: images row by row, one bias for each gate, the last output", () => {
  expect(layersOf("lstm", "dense")).toMatchObject([
    {
      kind: "lstm",
      steps: 28,
      inputs: 28,
      units: 128,
      activation: "linear",
      weights: ["kernel", "recurrent", "bias"],
      first: true,
    },
    { kind: "dense", inputs: 128, units: 10, first: false },
  ]);
  const shapes = layersOf("lstm", "dense", (model) => model.trainableWeights.map(({ shape }) => shape));
  expect(shapes).toEqual([[28, 512], [128, 512], [512], [128, 10], [10]]);
  expect(layersOf("lstm", "dense", (model) => model.countParams())).toBe(81_674);
});

test("an LSTM is refused if peers would compute something else", () => {
  const common = { units: 2, inputShape: [3, 4], recurrentInitializer: "zeros", recurrentActivation: "sigmoid" };
  const refused = (options) => () => describe(sequential({ layers: [layers.lstm({ ...common, ...options })] }));
  expect(refused({})).not.toThrow();
  expect(refused({ recurrentActivation: "hardSigmoid" })).toThrow(/LSTM without tanh and sigmoids/);
  expect(refused({ useBias: false })).toThrow(/LSTM without a bias/);
  expect(refused({ returnSequences: true })).toThrow(/LSTM with more outputs than the last/);
  expect(refused({ goBackwards: true })).toThrow(/LSTM that goes backwards/);
  expect(refused({ recurrentDropout: 0.5 })).toThrow(/LSTM with dropout/);
});

test("layers that no peer supports are refused", () => {
  const refused = (layer) => () => describe(sequential({ layers: [layer] }));
  const inputShape = [8, 8, 2];
  expect(refused(layers.averagePooling2d({ inputShape }))).toThrow(/AveragePooling2D of more than one pixel/);
  expect(refused(layers.maxPooling2d({ inputShape, padding: "same" }))).toThrow(/MaxPooling2D with padding/);
  expect(refused(layers.conv2d({ inputShape, filters: 1, kernelSize: 3, dilationRate: 2 }))).toThrow(/with dilation/);
  expect(refused(layers.dense({ inputShape: [3], units: 1, useBias: false }))).toThrow(/Dense without a bias/);
  expect(refused(layers.depthwiseConv2d({ inputShape, kernelSize: 3, depthMultiplier: 2 }))).toThrow(
    /with several outputs of each channel/,
  );
  expect(refused(layers.zeroPadding2d({ inputShape }))).toThrow(/ZeroPadding2D except for channels/);
  expect(refused(layers.batchNormalization({ inputShape, scale: false }))).toThrow(/without scale and offset/);
  expect(refused(layers.batchNormalization({ inputShape, axis: 1 }))).toThrow(/of an axis other than the last/);
  const x = input({ shape: [3] });
  const twice = layers.dense({ units: 3 });
  const outputs = twice.apply(twice.apply(x));
  expect(() => describe(modelOf({ inputs: x, outputs }))).toThrow(/Dense that is used more than once/);
});
