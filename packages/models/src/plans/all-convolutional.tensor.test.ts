import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { allConvolutional } from "../networks";

describe("allConvolutional", () => {
  test("All-CNN-C has 1.37 million weights and biases; the mean is over a map of 6 × 6", () => {
    const model = allConvolutional();
    // Kernels of 9 pixels, then the biases, conv_8 and the logits.
    const kernels = 9 * (3 * 96 + 2 * 96 * 96 + 96 * 192 + 3 * 192 * 192);
    expect(model.countParams()).toBe(kernels + 3 * 96 + 5 * 192 + 192 * 192 + 1930);
    expect(model.countParams()).toBe(1_369_738);
    expect(model.getLayer("conv_8").outputShape).toEqual([null, 6, 6, 192]);
    expect(model.outputs[0]!.shape).toEqual([null, 10]);
    model.dispose();
  });

  test("width scales every convolution", () => {
    const shapes = allConvolutional.predictable({ width: 5 }).map(({ channels, filters }) => [channels, filters]);
    // The last is 1×1: its dictionary is over the channels, and nothing is shared.
    expect(shapes).toEqual([[3, 5], [5, 5], [5, 5], [5, 10], [10, 10], [10, 10], [10, 10], [1, 10]]); // biome-ignore format: pairs
  });

  test("logits are the mean of a 1 × 1 convolution's map", () => {
    const model = allConvolutional({ input: [20, 20, 3], width: 3, seed: 1 });
    const x = tf.reshape(tf.sin(tf.range(0, 1200)), [1, 20, 20, 3]);
    const found = model.layers.map((layer) => layer.getClassName());
    expect(found.slice(-2)).toEqual(["GlobalAveragePooling2D", "Dense"]);
    let map: tf.Tensor = x;
    for (const layer of model.layers.slice(1, -2)) map = layer.apply(map) as tf.Tensor;
    expect(map.shape).toEqual([1, 3, 3, 6]);
    const [kernel, bias] = model.getLayer("logits").getWeights();
    const one = tf.reshape<tf.Rank.R4>(kernel!, [1, 1, 6, 10]);
    const expected = tf.mean(tf.add(tf.conv2d(map as tf.Tensor4D, one, 1, "valid"), bias!), [1, 2]).dataSync();
    const logits = (model.predict(x) as tf.Tensor).dataSync();
    logits.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    expect(Math.min(...logits)).toBeLessThan(0);
    model.dispose();
  });

  test("dropout, in training only, where the paper has it", () => {
    const model = allConvolutional({ input: [12, 12, 3], width: 2, dropout: [0.2, 0.5] });
    const dropped = model.layers.flatMap((layer, i) =>
      layer.getClassName() === "Dropout" ? [[layer.getConfig().rate, model.layers[i - 1]!.name]] : [],
    );
    expect(dropped).toEqual([
      [0.2, "input"],
      [0.5, "activation_3"],
      [0.5, "activation_6"],
    ]);
    model.dispose();
  });

  test("bad input is named", () => {
    expect(() => allConvolutional({ width: 0 })).toThrow("allConvolutional: width must be a positive integer; got 0");
    expect(() => allConvolutional({ dropout: [0.2, 1] })).toThrow("dropout must be two shares in [0, 1); got [0.2, 1]");
    expect(() => allConvolutional({ input: [8, 8, 3] })).toThrow("conv_7 leaves [0, 0, 192]");
  });
});
