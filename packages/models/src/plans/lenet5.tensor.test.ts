import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { lenet5 } from "../networks";

describe("lenet5", () => {
  test("61,706 weights and biases, for images of 28 × 28 as for those of 32 × 32", () => {
    for (const rows of [28, 32]) {
      const model = lenet5({ input: [rows, rows, 1] });
      expect(model.countParams()).toBe(61_706);
      expect(model.outputs[0]!.shape).toEqual([null, 10]);
      model.dispose();
    }
    // Two channels more: 25 weights more in each of the 6 kernels for each.
    const model = lenet5();
    expect(model.countParams()).toBe(61_706 + 2 * 25 * 6);
    model.dispose();
  });

  test("says what can be predicted", () => {
    const window = { strides: 1, padding: "valid" };
    expect(lenet5.predictable({ input: [28, 28, 1] })).toEqual([
      { name: "conv_1", kind: "convolution", kernel: [5, 5], channels: 1, filters: 6, input: [32, 32, 1], window },
      { name: "conv_2", kind: "convolution", kernel: [5, 5], channels: 6, filters: 16, input: [14, 14, 6], window },
      { name: "fc_1", kind: "connected", kernel: [5, 5], channels: 16, filters: 120, input: [5, 5, 16], window },
      { name: "fc_2", kind: "connected", kernel: [120], channels: 1, filters: 84, input: [120] },
    ]);
  });

  test("activation and pooling are options", () => {
    const classes = (options: Parameters<typeof lenet5>[0]) => {
      const model = lenet5(options);
      const found = model.layers.map((layer) => layer.getClassName());
      const config = model.getLayer("activation_1").getConfig();
      model.dispose();
      return [found[3], config.activation];
    };
    expect(classes({})).toEqual(["MaxPooling2D", "relu"]);
    expect(classes({ activation: "tanh", pool: "average" })).toEqual(["AveragePooling2D", "tanh"]);
  });

  test("widths make it narrower, with as many fully connected layers as they name", () => {
    const [input, batch] = [[28, 28, 1], tf.zeros([2, 28, 28, 1])];
    const counts = [
      [4, 8, 32],
      [4, 8],
      [6, 16, 120, 84],
    ].map((widths) => {
      const model = lenet5({ input, widths });
      const shape = tf.tidy(() => (model.predict(batch) as tf.Tensor).shape);
      const layers = lenet5.predictable({ input, widths }).map(({ name, filters }) => `${name} ${filters}`);
      const weights = model.countParams();
      model.dispose();
      return [shape, layers, weights];
    });
    batch.dispose();
    const connected = (from: number, to: number) => (from + 1) * to;
    expect(counts).toEqual([
      [
        [2, 10],
        ["conv_1 4", "conv_2 8", "fc_1 32"],
        connected(25, 4) + connected(25 * 4, 8) + connected(25 * 8, 32) + connected(32, 10),
      ],
      [[2, 10], ["conv_1 4", "conv_2 8"], connected(25, 4) + connected(25 * 4, 8) + connected(25 * 8, 10)],
      [[2, 10], ["conv_1 6", "conv_2 16", "fc_1 120", "fc_2 84"], 61_706],
    ]);
  });

  test("bad input is named", () => {
    expect(() => lenet5({ widths: [4] })).toThrow("lenet5: widths must be the filters of both convolutions");
    expect(() => lenet5({ widths: [4, 8, 0] })).toThrow("lenet5: widths must be a positive integer; got 0");
    expect(() => lenet5({ input: [64, 64, 3] })).toThrow("lenet5: images must be 28 × 28 or 32 × 32; got 64 × 64");
    expect(() => lenet5({ input: [28, 32, 3] })).toThrow("got 28 × 32");
  });
});
