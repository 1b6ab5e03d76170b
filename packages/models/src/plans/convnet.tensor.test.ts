import * as tf from "@tensorflow/tfjs-core";
import { account, isFactorized } from "@weightcast/core";
import { describe, expect, test } from "vitest";
import type { LayerWeights } from "../assemble/weights";
import { convnet } from "../networks";
import { noiseAtoms } from "../testing/noise";
import type { PredictableLayer } from "./predictable";

/** As in the paper, of other atoms. */
const quarter = ({ name, kernel }: PredictableLayer): LayerWeights => ({
  kind: "factorized",
  dictionary: noiseAtoms(kernel),
  rank: { proportion: 0.25 },
  columns: name === "fc_1" ? 5 : 1,
});

describe("convnet", () => {
  test("the paper's CIFAR-10 network: 601,910 weights and biases; 3×3 of 64 channels reach the fully connected layer", () => {
    const model = convnet();
    expect(model.inputs[0]!.shape).toEqual([null, 32, 32, 3]);
    expect(model.outputs[0]!.shape).toEqual([null, 10]);
    // Biases in brackets.
    const layers = [8 * 8 * 3 * 48, 48, 8 * 8 * 48 * 64, 64, 5 * 5 * 64 * 64, 64, 576 * 500, 500, 5000, 10];
    expect(model.getWeights().map(({ size }) => size)).toEqual(layers);
    expect(model.countParams()).toBe(601_910);
    model.dispose();
  });

  test("25% learned: 145,718 are left", () => {
    const model = convnet({ weights: quarter });
    const { trainable, layers } = account(model);
    expect(trainable).toBe(145_718);
    expect(layers.map(({ layer, dynamic }) => [layer, dynamic])).toEqual([
      ["conv_1", 16 * 3 * 48],
      ["conv_2", 16 * 48 * 64],
      ["conv_3", 6 * 64 * 64],
      ["fc_1", 2 * 64 * 500],
    ]);
    model.dispose();
  });

  test("says what can be predicted", () => {
    const window = { strides: 1, padding: "same" } as const;
    const expected: PredictableLayer[] = [
      { name: "conv_1", kind: "convolution", kernel: [8, 8], channels: 3, filters: 48, input: [32, 32, 3], window },
      { name: "conv_2", kind: "convolution", kernel: [8, 8], channels: 48, filters: 64, input: [15, 15, 48], window },
      { name: "conv_3", kind: "convolution", kernel: [5, 5], channels: 64, filters: 64, input: [6, 6, 64], window },
      {
        name: "fc_1",
        kind: "connected",
        kernel: [3, 3],
        channels: 64,
        filters: 500,
        input: [3, 3, 64],
        window: { strides: 1, padding: "valid" },
      },
    ];
    expect(convnet.predictable()).toEqual(expected);
  });

  test.each([
    ["dense", (): LayerWeights => ({ kind: "dense" })],
    ["factorized", quarter],
  ] as const)("first weights have He's variance, 2 / n_v; the logits 1 / n_v (%s)", (_, weights) => {
    const model = convnet({ seed: 2, weights });
    for (const [name, inputs, square] of [
      ["conv_1", 192, 2],
      ["conv_2", 3072, 2],
      ["conv_3", 1600, 2],
      ["fc_1", 576, 2],
      ["logits", 500, 1],
    ] as const) {
      const layer = model.getLayer(name);
      const w = isFactorized(layer) ? layer.weightMatrix() : layer.getWeights()[0]!;
      const variance = tf.tidy(() => tf.mean(tf.square(w)).dataSync()[0]!);
      // The fewest draws, 2,304 coefficients, give a variance within 10% at three deviations.
      expect(Math.abs((variance * inputs) / square - 1), name).toBeLessThan(0.1);
    }
    model.dispose();
  });

  test("a low-rank fully connected layer", () => {
    const model = convnet({
      weights: { fc_1: { kind: "low-rank", rank: 7 } },
    });
    expect(account(model).dynamic).toBe(7 * (576 + 500));
    model.dispose();
  });

  test("bad input is named", () => {
    expect(() => convnet({ input: [32, 32] })).toThrow("convnet: input must be [rows, columns, channels]");
    expect(() => convnet({ input: [32, 0, 3] })).toThrow("all positive; got [32, 0, 3]");
    expect(() => convnet({ classes: 2.5 })).toThrow("convnet: classes must be a positive integer; got 2.5");
    expect(() => convnet({ input: [9, 32, 3] })).toThrow(
      "images of [9, 32, 3] are too small for this network: pool_2 leaves [0, 6, 64]",
    );
    expect(() => convnet({ weights: { conv_9: { kind: "dense" } } })).toThrow(
      'convnet: weights must be for layers among conv_1, conv_2, conv_3, fc_1; got "conv_9"',
    );
    expect(() => convnet({ weights: () => ({ kind: "low-rank", rank: 3 }) })).toThrow("conv_1 is a convolution");
  });
});
