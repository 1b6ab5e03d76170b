import * as tf from "@tensorflow/tfjs-core";
import { account, isFactorized } from "@weightcast/core";
import { describe, expect, test } from "vitest";
import { convmixer } from "../networks";
import { noiseAtoms } from "../testing/noise";

describe("convmixer", () => {
  test("ConvMixer-64/8 has 62,538 weights that are trained, of which 25,088 are depthwise", () => {
    const model = convmixer();
    const patches = 3 * 2 * 2 * 64;
    const depthwise = 8 * 49 * 64;
    const pointwise = 8 * 64 * 64;
    // After each of the 17 convolutions: 64 biases, then 64 scales and 64 shifts.
    expect(account(model).trainable).toBe(patches + depthwise + pointwise + 17 * 3 * 64 + 650);
    expect(account(model).trainable).toBe(62_538);
    expect(depthwise).toBe(25_088);
    expect(model.countParams()).toBe(62_538 + 17 * 2 * 64);
    model.dispose();
  });

  test("the paper's ConvMixer-256/8 for CIFAR-10, patches of a pixel and 9×9 kernels, has 0.7 million", () => {
    const layers = convmixer.predictable({ width: 256, kernelSize: 9, patchSize: 1 });
    const kernels = layers.reduce(
      (sum, { kernel, channels, filters }) => sum + kernel.reduce((a, b) => a * b) * channels * filters,
      0,
    );
    expect(kernels).toBe(3 * 256 + 8 * (81 * 256 + 256 * 256));
    // With biases, normalization and logits.
    expect(kernels + 17 * 3 * 256 + 2570).toBe(706_570);
  });

  test("says what can be predicted: the patches, and in each layer 7×7 places of each channel, then the channels", () => {
    const same = { strides: 1, padding: "same" };
    expect(convmixer.predictable({ depth: 1 })).toEqual([
      {
        ...{ name: "patches", kind: "convolution", kernel: [2, 2], channels: 3, filters: 64, input: [32, 32, 3] },
        window: { strides: 2, padding: "valid" },
      },
      {
        ...{ name: "layer_1_depthwise", kind: "depthwise", kernel: [7, 7], channels: 64, filters: 1 },
        ...{ input: [16, 16, 64], window: same },
      },
      {
        ...{ name: "layer_1_pointwise", kind: "convolution", kernel: [1, 1, 64], channels: 1, filters: 64 },
        ...{ input: [16, 16, 64], window: same },
      },
    ]);
    expect(convmixer.predictable({ depth: 5 })).toHaveLength(11);
  });

  test("a depthwise layer is added to what it takes: with weights of zero, the layer mixes channels only", () => {
    const model = convmixer({ input: [4, 6, 3], width: 5, depth: 1, kernelSize: 3, classes: 2, seed: 1 });
    const [kernel, bias] = model.getLayer("layer_1_depthwise").getWeights();
    expect([kernel!.shape, bias!.shape]).toEqual([[3, 3, 5, 1], [5]]);
    model.getLayer("layer_1_depthwise").setWeights([tf.zerosLike(kernel!), bias!]);
    const x = tf.reshape(tf.sin(tf.range(0, 72)), [1, 4, 6, 3]);
    let map: tf.Tensor = x;
    const through = ["patches", "activation_1", "normalization_1"];
    for (const name of [...through, "layer_1_pointwise", "activation_3", "normalization_3", "average_1", "logits"])
      map = model.getLayer(name).apply(map) as tf.Tensor;
    expect((model.predict(x) as tf.Tensor).dataSync()).toEqual(map.dataSync());
    model.dispose();
  });

  test("12 of 49 weights of each depthwise kernel: one basis for all channels", () => {
    const weights = ({ kind, kernel }: { kind: string; kernel: readonly number[] }) =>
      kind === "depthwise"
        ? ({ kind: "factorized", dictionary: noiseAtoms(kernel), rank: 12 } as const)
        : ({ kind: "dense" } as const);
    const model = convmixer({ width: 5, depth: 2, input: [8, 8, 3], weights });
    const { layers, trainable } = account(model);
    expect(layers.map(({ layer, dense, dynamic, static: fixed }) => [layer, dense, dynamic, fixed])).toEqual([
      ["layer_1_depthwise", 49 * 5, 12 * 5, 49 * 12],
      ["layer_2_depthwise", 49 * 5, 12 * 5, 49 * 12],
    ]);
    const dense = convmixer({ width: 5, depth: 2, input: [8, 8, 3] });
    expect(account(dense).trainable - trainable).toBe(2 * 37 * 5);
    model.dispose();
    dense.dispose();
  });

  test.each(["dense", "factorized"] as const)(
    "first weights have He's variance, 2 over the inputs of an output (%s)",
    (kind) => {
      const model = convmixer({
        width: 96,
        depth: 1,
        seed: 2,
        weights: ({ kernel }) =>
          kind === "dense" ? { kind } : { kind, dictionary: noiseAtoms(kernel), rank: { proportion: 0.5 } },
      });
      for (const [name, inputs] of [
        ["patches", 12],
        ["layer_1_depthwise", 49],
        ["layer_1_pointwise", 96],
      ] as const) {
        const layer = model.getLayer(name);
        const w = isFactorized(layer) ? layer.weightMatrix() : layer.getWeights()[0]!;
        const variance = tf.tidy(() => tf.mean(tf.square(w)).dataSync()[0]!);
        // 576 draws of the patches' coefficients give a variance within 18% at three deviations.
        expect(Math.abs((variance * inputs) / 2 - 1), name).toBeLessThan(0.18);
      }
      model.dispose();
    },
  );

  test("bad input is named", () => {
    for (const name of ["width", "depth", "patchSize", "kernelSize"])
      expect(() => convmixer({ [name]: 0 })).toThrow(`convmixer: ${name} must be a positive integer; got 0`);
    expect(() => convmixer({ input: [3, 8, 3], patchSize: 4 })).toThrow("patches leaves [0, 2, 64]");
    expect(() => convmixer({ weights: { layer_1_depthwise: { kind: "low-rank", rank: 2 } } })).toThrow(
      "layer_1_depthwise is a depthwise convolution",
    );
  });
});
