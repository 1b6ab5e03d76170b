import { beforeAll, describe, expect, test } from "vitest";
import type { Dataset } from "../dataset";
import { mnist } from "./published";

describe("mnist", () => {
  let data: Dataset;
  beforeAll(async () => {
    data = await mnist();
  });

  test("all 70,000 images and labels", () => {
    expect(data).toMatchObject({ name: "mnist", shape: [28, 28], classes: 10 });
    for (const [split, count] of [
      [data.train, 60_000],
      [data.test, 10_000],
    ] as const) {
      expect(split.count).toBe(count);
      expect(split.labels).toHaveLength(count);
      expect(split.images).toHaveLength(count * 784);
    }
  });

  test("the first labels, and how often each digit occurs, as published", () => {
    expect([...data.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...data.test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const tally = new Array<number>(10).fill(0);
    for (const label of data.train.labels) tally[label]! += 1;
    expect(tally).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  test("mean 0.1307 and standard deviation 0.3081 of the training pixels in [0, 1], as published", () => {
    const tally = new Float64Array(256);
    for (const byte of data.train.images) tally[byte]! += 1;
    const mean = (power: number) =>
      tally.reduce((sum, n, byte) => sum + n * (byte / 255) ** power, 0) / data.train.images.length;
    expect(mean(1)).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(mean(2) - mean(1) ** 2)).toBeCloseTo(0.3081, 4);
  });

  test("images begin at the right byte: the first is a 5, black at its border, with the pixel sum that NumPy gives", () => {
    const five = data.train.images.subarray(0, 784);
    const row = (y: number) => five.subarray(y * 28, (y + 1) * 28);
    expect(five.reduce((sum, byte) => sum + byte, 0)).toBe(27_525);
    for (const y of [0, 1, 2, 3, 4, 25, 26, 27]) expect(row(y).every((byte) => byte === 0)).toBe(true);
    expect([...row(5).subarray(12, 24)]).toEqual([3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]);
  });
});
