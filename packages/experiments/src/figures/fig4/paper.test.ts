import { paperError } from "@weightcast/report/claims";
import { expect, test } from "vitest";
import { fig4Paper, paperProportions } from "./paper";

test("the grid goes from 20 of 784 pixels to all of them, in equal ratios", () => {
  expect(paperProportions).toHaveLength(20);
  expect([paperProportions[0], paperProportions[19]]).toEqual([0.0255, 1]);
  for (const [k, p] of paperProportions.entries())
    expect(Math.abs(Math.log(p / (20 / 784)) - (k * Math.log(784 / 20)) / 19)).toBeLessThan(0.0015);
});

test("digitized proportions ascend within a curve; except for SE-AE with its own grid, each is one of the grid's, rounded", () => {
  for (const [method, curve] of Object.entries(fig4Paper.curves)) {
    const shares = curve.map(([p]) => p);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    if (method === "SE-AE") continue;
    for (const share of shares) expect(paperProportions.some((p) => Math.abs(p / share - 1) < 0.02)).toBe(true);
  }
});

test("the paper's errors on the grid, and where a curve has none", () => {
  const { curves } = fig4Paper;
  const [p3, p6] = [paperProportions[3], paperProportions[6]];
  expect(paperError(curves["SE-Emp"], p3)).toEqual({ error: 2.37, interpolated: false });
  expect(paperError(curves["SE-Emp"], 1)).toEqual({ error: 1.9, interpolated: false });
  expect(paperError(curves["SE-Emp"], p6)!.error).toBeCloseTo(
    1.87 - (0.09 * Math.log(p6 / 0.067)) / Math.log(0.099 / 0.067),
    12,
  );
  expect(paperError(curves.RandCon, p3)).toBeUndefined();
  expect(paperError(curves["SE-AE"], 0.1)).toBeUndefined();
});
