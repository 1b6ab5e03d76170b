import { expect, test } from "vitest";
import { histogramOf } from "./histogram";

test("bins of equal width, the greatest number in the last", () => {
  expect(histogramOf([-1, 0, 0.5, 3, 1], 4)).toEqual({
    ...{ min: -1, max: 3, count: 5, sum: 3.5, sumOfSquares: 11.25 },
    limits: [0, 1, 2, 3],
    counts: [1, 2, 1, 1],
  });
});

test("the last end is the greatest number, whatever rounding does", () => {
  const numbers = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 0.1);
  const { max, limits, counts, count } = histogramOf(numbers);
  expect(limits.at(-1)).toBe(max);
  expect(limits).toHaveLength(64);
  expect(counts.reduce((a, b) => a + b)).toBe(count);
});

test("equal numbers are in one bin", () => {
  expect(histogramOf(new Float32Array(7))).toMatchObject({ min: 0, max: 0, limits: [0], counts: [7] });
});

test.each([
  [[], 1, "histogramOf: numbers must hold at least one; got none"],
  [[1, Number.NaN], 1, "histogramOf: numbers must be finite; got NaN at 1"],
  [[1], 0, "histogramOf: bins must be a positive integer; got 0"],
])("%j in %s bins", (numbers, bins, message) => {
  expect(() => histogramOf(numbers, bins)).toThrow(new RangeError(message));
});
