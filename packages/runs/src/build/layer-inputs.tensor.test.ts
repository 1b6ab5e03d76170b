import * as tf from "@tensorflow/tfjs-core";
import { assemble, convnet, lenet5, type PredictableLayer } from "@weightcast/models";
import { expect, test } from "vitest";
import { layerInputs } from "./layer-inputs";

const images = (count: number, size: number) => [
  { rows: count, cols: size, data: Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * i)) },
];

/** Every window of every map as TensorFlow.js convolves: [images, places, kernel · channels], by a convolution with one-hot filters. */
function allWindows(maps: tf.Tensor4D, { kernel, input, window }: PredictableLayer): number[][][] {
  const [rows, columns] = kernel as [number, number];
  const size = rows * columns * input[2]!;
  const oneHot = tf.reshape<tf.Rank.R4>(tf.eye(size), [rows, columns, input[2]!, size]);
  const found = tf.conv2d(maps, oneHot, window!.strides, window!.padding);
  return tf.reshape(found, [maps.shape[0], -1, size]).arraySync() as number[][][];
}

test.each([
  ["a convolution that pads", convnet, "conv_1", [9, 11, 2]],
  ["a convolution within a map, its channels apart", lenet5, "conv_2", [28, 28, 1]],
  ["a whole map", lenet5, "fc_1", [28, 28, 1]],
] as const)("%s: each sample is a channel of a window that the layer takes", (_, network, name, image) => {
  const options = { input: name === "conv_1" ? [28, 28, 2] : [...image] };
  const layer = network.predictable(options).find((one) => one.name === name)!;
  const [height, width, depth] = layer.input as [number, number, number];
  const given = images(6, height * width * depth);
  const samples = [...layerInputs(layer, given, { below: undefined, shape: layer.input, seed: 3 })];
  const places = layer.kernel[0]! * layer.kernel[1]!;
  expect(samples.map(({ rows, cols }) => [rows, cols])).toEqual([[6 * depth, places]]);
  const windows = allWindows(tf.tensor4d(given[0]!.data, [6, height, width, depth]), layer);
  const chosen = new Set<number>();
  for (let i = 0; i < 6; i++) {
    // [channel][place] of image i, as the samples hold them.
    const channels = Array.from({ length: depth }, (_, c) => [
      ...samples[0]!.data.subarray((i * depth + c) * places, (i * depth + c + 1) * places),
    ]);
    const flat = Array.from({ length: places * depth }, (_, k) => channels[k % depth]![Math.floor(k / depth)]!);
    const at = windows[i]!.findIndex((window) => window.every((value, k) => Math.abs(value - flat[k]!) < 1e-6));
    expect(at, `image ${i}`).toBeGreaterThanOrEqual(0);
    chosen.add(at);
  }
  if (windows[0]!.length > 1) expect(chosen.size).toBeGreaterThan(2);
});

test("the layers below are applied, and a flat input is a sample as it is", () => {
  const options = { input: [28, 28, 1] };
  const layer = lenet5.predictable(options).find(({ name }) => name === "fc_2")!;
  const below = assemble(lenet5.plan(options), { seed: 2, until: "fc_2" });
  const given = images(5, 784);
  const through = [...layerInputs(layer, given, { below, shape: [28, 28, 1], seed: 1 })];
  const expected = (below.predict(tf.tensor4d(given[0]!.data, [5, 28, 28, 1])) as tf.Tensor).dataSync();
  expect(through.map(({ rows, cols }) => [rows, cols])).toEqual([[5, 120]]);
  through[0]!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
  below.dispose();
});

test("images that are not a layer's inputs, such as those before the padding, are refused", () => {
  const layer = lenet5.predictable({ input: [28, 28, 1] })[0]!;
  const unpadded = layerInputs(layer, images(2, 784), { below: undefined, shape: [28, 28, 1], seed: 1 });
  expect(() => [...unpadded]).toThrow("rows must be the 1024 inputs of layer conv_1; got 784 numbers");
});

test("a 1×1 convolution has whole pixels for samples", () => {
  const layer: PredictableLayer = {
    name: "conv_8",
    kind: "convolution",
    kernel: [1, 1, 3],
    channels: 1,
    filters: 4,
    input: [5, 4, 3],
    window: { strides: 1, padding: "same" },
  };
  const given = images(3, 60);
  const [samples] = [...layerInputs(layer, given, { below: undefined, shape: [5, 4, 3], seed: 1 })];
  expect([samples!.rows, samples!.cols]).toEqual([3, 3]);
  for (let i = 0; i < 3; i++) {
    const pixel = [...samples!.data.subarray(3 * i, 3 * i + 3)].join();
    const pixels = Array.from({ length: 20 }, (_, p) =>
      given[0]!.data.subarray(60 * i + 3 * p, 60 * i + 3 * p + 3).join(),
    );
    expect(pixels).toContain(pixel);
  }
});
