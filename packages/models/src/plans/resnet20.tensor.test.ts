import * as tf from "@tensorflow/tfjs-core";
import { account } from "@weightcast/core";
import { describe, expect, test } from "vitest";
import { resnet20 } from "../networks";

describe("resnet20", () => {
  test("has 269,722 weights that are trained, and moving averages", () => {
    const model = resnet20();
    const kernels = 9 * (3 * 16 + 6 * 16 ** 2 + 16 * 32 + 5 * 32 ** 2 + 32 * 64 + 5 * 64 ** 2);
    const normalizations = 2 * (7 * 16 + 6 * 32 + 6 * 64);
    expect(account(model).trainable).toBe(kernels + normalizations + 650);
    expect(account(model).trainable).toBe(269_722);
    expect(model.countParams()).toBe(269_722 + normalizations);
    expect(model.outputs[0]!.shape).toEqual([null, 10]);
    model.dispose();
  });

  test("6n + 2 layers with weights; maps of 32, 16 and 8 rows", () => {
    for (const blocks of [1, 2, 3]) expect(resnet20.predictable({ blocks })).toHaveLength(6 * blocks + 1);
    const rows = resnet20
      .predictable({ blocks: 1 })
      .map(({ name, input, channels, filters }) => [name, input[0], channels, filters]);
    expect(rows).toEqual([
      ["conv_1", 32, 3, 16],
      ["stage_1_block_1_conv_1", 32, 16, 16],
      ["stage_1_block_1_conv_2", 32, 16, 16],
      ["stage_2_block_1_conv_1", 32, 16, 32],
      ["stage_2_block_1_conv_2", 16, 32, 32],
      ["stage_3_block_1_conv_1", 16, 32, 64],
      ["stage_3_block_1_conv_2", 8, 64, 64],
    ]);
  });

  test("shortcuts: every second pixel, new channels zero", () => {
    const model = resnet20({ input: [5, 6, 3], blocks: 1 });
    // Blocks that give nothing leave what the first convolution gave.
    for (const layer of model.layers)
      if (layer.name.startsWith("stage")) layer.setWeights(layer.getWeights().map((w) => tf.zerosLike(w)));
    const x = tf.reshape(tf.sin(tf.range(0, 90)), [1, 5, 6, 3]);
    let map: tf.Tensor = x;
    for (const name of ["conv_1", "normalization_1", "activation_1"])
      map = model.getLayer(name).apply(map) as tf.Tensor;
    // Rows 0, 2, 4, then 0, 4; columns 0, 2, 4, then 0, 4.
    const pixels = tf.mean(tf.gather(tf.gather(map, [0, 4], 1), [0, 4], 2), [1, 2]);
    const expected = tf.matMul(tf.pad(pixels, [[0, 0], [0, 48]]), model.getLayer("logits").getWeights()[0] as tf.Tensor2D).dataSync(); // biome-ignore format: pairs
    const got = (model.predict(x) as tf.Tensor).dataSync();
    expect(got.some((value) => Math.abs(value) > 0.01)).toBe(true);
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    model.dispose();
  });

  test("widths make it narrower, even where the channels do not double", () => {
    const widths = [9, 18, 37];
    const model = resnet20({ widths });
    const [a, b, c] = widths as [number, number, number];
    const kernels = 9 * (3 * a + 6 * a ** 2 + a * b + 5 * b ** 2 + b * c + 5 * c ** 2);
    expect(account(model).trainable).toBe(kernels + 2 * (7 * a + 6 * b + 6 * c) + 11 * c - c + 10);
    expect((model.predict(tf.ones([2, 32, 32, 3])) as tf.Tensor).shape).toEqual([2, 10]);
    expect(resnet20.predictable({ widths }).at(-1)).toMatchObject({ channels: 37, filters: 37 });
    model.dispose();
  });

  test("bad input is named", () => {
    for (const widths of [[16, 32], [16, 8, 64], 16 as never])
      expect(() => resnet20({ widths })).toThrow("resnet20: widths must be the filters of the three stages");
    expect(() => resnet20({ widths: [0, 1, 2] })).toThrow("resnet20: widths must be a positive integer; got 0");
    expect(() => resnet20({ blocks: 0 })).toThrow("resnet20: blocks must be a positive integer; got 0");
  });
});
