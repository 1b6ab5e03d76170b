import { describe, expect, test } from "vitest";
import { mnist } from "../catalog/published";
import type { Split } from "../dataset";
import { batches } from "./batches";
import { channelStatistics, standardize } from "./statistics";

const splitOf = (images: number[], count: number): Split => ({
  images: Uint8Array.from(images),
  labels: new Uint8Array(count),
  count,
});

describe("channelStatistics", () => {
  test("by hand: two images of two pixels, three channels", () => {
    const split = splitOf([0, 7, 10, 255, 7, 20, 0, 7, 30, 255, 7, 40], 2);
    const { mean, deviation } = channelStatistics(split, 3);
    expect(mean).toEqual([0.5, 7 / 255, 25 / 255]);
    expect(deviation).toEqual([0.5, 0, Math.sqrt(125) / 255]);
  });

  test("one channel: MNIST's published 0.1307 and 0.3081", async () => {
    const { mean, deviation } = channelStatistics((await mnist()).train, 1);
    expect(mean[0]!.toFixed(4)).toBe("0.1307");
    expect(deviation[0]!.toFixed(4)).toBe("0.3081");
  });

  test("a deviation far smaller than the mean keeps its digits", () => {
    const images = Array.from({ length: 100_000 }, (_, i) => (i === 0 ? 254 : 255));
    // One pixel in n differs by 1: the variance is (1/n)(1 − 1/n).
    expect(channelStatistics(splitOf(images, 100), 1).deviation[0]! * 255).toBeCloseTo(
      Math.sqrt(1e-5 * (1 - 1e-5)),
      14,
    );
  });

  test("invalid input is reported", () => {
    expect(() => channelStatistics(splitOf([1, 2, 3, 4], 1), 3)).toThrow(
      new RangeError(
        "channelStatistics: channels must divide the 4 values of an example; got 3: pass the last axis of an image",
      ),
    );
    expect(() => channelStatistics(splitOf([1, 2], 1), 0)).toThrow(
      "channelStatistics: channels must be an integer in [1, 2]; got 0",
    );
    expect(() => channelStatistics(splitOf([1, 2], 3), 1)).toThrow("channelStatistics: split must hold");
  });
});

describe("standardize", () => {
  test("is (pixel − mean) / deviation; a constant channel is only centered", () => {
    const { scale, offset } = standardize({ mean: [0.5, 0.25], deviation: [0.2, 0] });
    expect(scale).toEqual([1 / (255 * 0.2), 1 / 255]);
    expect(offset).toEqual([-2.5, -0.25]);
  });

  test("gives every channel mean 0 and deviation 1, within float32's rounding", () => {
    const images = Array.from({ length: 3 * 1000 }, (_, k) =>
      k % 3 === 2 ? 9 : (k * k * 31 + 7 * k) % (100 + (k % 3) * 100),
    );
    const split = splitOf(images, 10);
    const [batch] = batches(split, standardize(channelStatistics(split, 3)));
    for (const [channel, variance] of [1, 1, 0].entries()) {
      const values = [...batch!.inputs].filter((_, k) => k % 3 === channel);
      const mean = values.reduce((a, b) => a + b) / values.length;
      expect(mean).toBeCloseTo(0, 6);
      expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(variance, 5);
    }
  });

  test("invalid input is reported", () => {
    expect(() => standardize({ mean: [0.5], deviation: [1, 1] })).toThrow(
      new RangeError(
        "standardize: statistics must hold a finite mean and a deviation ≥ 0 for every channel; got [0.5] and [1, 1]",
      ),
    );
    expect(() => standardize({ mean: [Number.NaN], deviation: [1] })).toThrow(RangeError);
    expect(() => standardize({ mean: [0], deviation: [-1] })).toThrow(RangeError);
    expect(() => standardize({ mean: [], deviation: [] })).toThrow(RangeError);
  });
});
