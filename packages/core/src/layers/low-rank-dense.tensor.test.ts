import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { lowRankDense } from "./low-rank-dense";

const weightsOf = (options: Partial<Parameters<typeof lowRankDense>[0]>) => {
  const layer = lowRankDense({ units: 300, rank: 20, seed: 4, ...options });
  layer.build([null, 500]);
  return tf.tidy(() => layer.weightMatrix().dataSync<"float32">().slice());
};
const meanSquare = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length;

describe("lowRankDense", () => {
  test.each([1, 4])(
    "starts with the variance of a Glorot-initialized dense layer's weights, times gain² (%d)",
    (gain) =>
      // 500·20 and 20·300 numbers: their mean squares, and so the product's, have a standard error of about 1.5%.
      expect(Math.abs(meanSquare(weightsOf({ gain })) / ((gain ** 2 * 2) / 800) - 1)).toBeLessThan(0.06),
  );

  test("starts in a given range, at any gain", () => {
    const w = weightsOf({ range: 0.1, gain: 3 });
    expect(w).toEqual(weightsOf({ range: 0.1 }));
    expect(Math.abs(meanSquare(w) / (20 * (0.01 / 3) ** 2) - 1)).toBeLessThan(0.06);
  });

  test("a gain of zero is refused", () =>
    expect(() => lowRankDense({ units: 3, rank: 2, gain: 0 })).toThrow("gain must be a number above 0; got 0"));
});
