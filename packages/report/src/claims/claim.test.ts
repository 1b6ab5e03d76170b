import { describe, expect, test } from "vitest";
import { type Difference, differenceOf, pairsText, seedsText, verdictOf, weakest } from "./claim";

const meanOf = (mean: number, sd?: number) => ({ score: { mean, ...(sd !== undefined && { sd }) } });

describe("differenceOf", () => {
  test("is in points, with the pooled standard deviation of both sides' seeds", () => {
    const { points, spread } = differenceOf(meanOf(0.031, 0.003), meanOf(0.03, 0.001));
    expect(points).toBeCloseTo(0.1, 12);
    expect(spread).toBeCloseTo(100 * Math.sqrt((0.003 ** 2 + 0.001 ** 2) / 2), 12);
  });

  test("of a constant in percent: the standard deviation is that of the other side", () => {
    const { points, spread } = differenceOf(meanOf(0.02, 0.004), 1.75);
    expect(points).toBeCloseTo(0.25, 12);
    expect(spread).toBeCloseTo(0.4, 12);
  });

  test("a single run on either side: how much seeds differ is not known", () => {
    expect(differenceOf(meanOf(0.03), meanOf(0.02, 0.001))).not.toHaveProperty("spread");
    expect(differenceOf(meanOf(0.03, 0.001), meanOf(0.02))).not.toHaveProperty("spread");
    expect(differenceOf(meanOf(0.03), 1.75)).not.toHaveProperty("spread");
  });
});

describe("verdictOf", () => {
  test.each<[verdict: string, difference: Difference, most?: number, strictly?: boolean]>([
    // As claimed: how much seeds differ does not matter.
    ["holds", { points: -0.01, spread: 0.5 }],
    ["holds", { points: 0, spread: 0.5 }],
    ["holds", { points: -0.01 }],
    // 0.3 as the difference of two floating-point numbers is not exactly 0.3.
    ["holds", { points: 100 * (0.023 - 0.02), spread: 0 }, 0.3],
    // Not as claimed, by no more than the seeds differ; exactly as much still counts.
    ["within the spread", { points: 0.01, spread: 0.5 }],
    ["within the spread", { points: 0.5, spread: 0.5 }],
    ["does not hold", { points: 0.51, spread: 0.5 }],
    ["does not hold", { points: 0.01, spread: 0 }],
    // The excess over what is allowed counts, not the difference.
    ["within the spread", { points: 1.9, spread: 0.5 }, 1.5],
    ["does not hold", { points: 2.1, spread: 0.5 }, 1.5],
    ["within the spread", { points: -0.1, spread: 0.2 }, -0.3],
    ["does not hold", { points: 0, spread: 0.2 }, -0.3],
    // Strictly lower: equal is not.
    ["within the spread", { points: 0, spread: 0 }, 0, true],
    ["holds", { points: -0.001, spread: 0.5 }, 0, true],
    // A single run: nothing is known of how much seeds differ.
    ["undecided", { points: 0.01 }],
    ["undecided", { points: 7 }],
    ["undecided", { points: 0 }, 0, true],
  ])("%s: %j, at most %s", (verdict, difference, most, strictly) => {
    expect(verdictOf(difference, most, strictly)).toBe(verdict);
  });
});

test("a claim about several differences has the verdict that speaks against it most", () => {
  expect(weakest(["holds", "within the spread", "undecided", "does not hold"])).toBe("does not hold");
  expect(weakest(["holds", "within the spread", "undecided"])).toBe("undecided");
  expect(weakest(["within the spread", "holds"])).toBe("within the spread");
  expect(weakest(["holds", "holds"])).toBe("holds");
  expect(weakest([])).toBe("not measured");
});

test("how much seeds differ, in words", () => {
  // By hand; runs of other seeds have no partner, and one pair says nothing.
  const of = (seeds: number[], ...scores: number[]) => ({ seeds, scores });
  expect(pairsText(of([3, 1, 2], 0.3, 0.1, 0.2), of([1, 2, 4], 0.11, 0.18, 1))).toBe("By seed: −1.00, +2.00. ");
  expect(pairsText(of([1, 2], 0.1, 0.2), of([2, 3], 0.1, 0.2))).toBe("");
  expect(seedsText({ points: 1, spread: 0.284 })).toBe("The seeds' standard deviation is 0.28 points.");
  expect(seedsText({ points: 1 })).toBe("A single run on at least one side: how much seeds differ is not known.");
});
