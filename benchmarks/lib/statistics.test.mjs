import { expect, test } from "vitest";
import { median, ratio, summary } from "./statistics.mjs";

test("median: the middle number, or the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([10, 1, 2, 9])).toBe(5.5);
  expect(median([100, 9])).toBe(54.5); // by size, not as text
});

test("ratio: computed round by round, so that a round that is slow for both has no effect", () => {
  expect(ratio([20, 2, 40], [10, 1, 10])).toEqual({ median: 2, min: 2, max: 4 });
  expect(summary([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 });
});
