import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { clipColumns } from "./column-norm";

const clip = (values: number[], shape: number[], limit: number) =>
  tf.tidy(() => [...clipColumns(tf.tensor(values, shape), limit).dataSync()]);

describe("clipColumns", () => {
  test("[n, m]: the column (3, 4) of norm 5 becomes (1.5, 2); a shorter one and a zero one are unchanged, to the bit", () => {
    const [a, b] = [Math.fround(0.1), Math.fround(0.7)];
    expect(clip([3, a, 0, 4, b, 0], [2, 3], 2.5)).toEqual([1.5, a, 0, 2, b, 0]);
  });

  test("[J, n, m]: each of the J blocks has its own columns", () => {
    const clipped = clip([3, 0, 4, 0, 0.25, 6, 0, 8], [2, 2, 2], 5);
    expect(clipped).toEqual([3, 0, 4, 0, 0.25, 3, 0, 4]);
  });

  test("[h, w, in, out]: a column is a whole filter", () => {
    expect(clip([2, 1, 2, 0, 2, 0, 2, 0], [2, 2, 1, 2], 2)).toEqual([1, 1, 1, 0, 1, 0, 1, 0]);
  });

  test("clipping again changes nothing beyond rounding (1e-7)", () => {
    const once = clip([1.1, -2.3, 3.7, 0.2, 5.9, -1], [3, 2], 1.9365);
    const twice = clip(once, [3, 2], 1.9365);
    for (const [i, value] of twice.entries()) expect(Math.abs(value / once[i]! - 1)).toBeLessThan(1e-7);
    expect(Math.hypot(once[0]!, once[2]!, once[4]!)).toBeCloseTo(1.9365, 5);
  });
});
