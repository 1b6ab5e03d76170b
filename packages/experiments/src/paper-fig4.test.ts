import { describe, expect, test } from "vitest";
import { paperCurve, paperError, paperFig4 } from "./paper-fig4";

describe("paperFig4", () => {
  test("its grid goes from 20 of 784 pixels to all, in equal ratios", () => {
    const { proportions } = paperFig4;
    expect(proportions).toHaveLength(20);
    expect([proportions[0], proportions[19]]).toEqual([0.0255, 1]);
    for (const [k, p] of proportions.entries())
      expect(Math.abs(Math.log(p / (20 / 784)) - (k * Math.log(784 / 20)) / 19)).toBeLessThan(0.0015);
  });

  test("the digitised proportions rise within a curve; but for SE-AE's own grid each is one of the grid's, rounded", () => {
    for (const method of Object.keys(paperFig4.curves)) {
      const shares = paperCurve(method)!.map(([p]) => p);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      if (method === "SE-AE") continue;
      for (const share of shares) expect(paperFig4.proportions.some((p) => Math.abs(p / share - 1) < 0.02)).toBe(true);
    }
  });
});

describe("paperError", () => {
  const [p3, p6] = [paperFig4.proportions[3]!, paperFig4.proportions[6]!];

  test("at a point of the grid it is the digitised value, whose proportion is rounded", () => {
    expect(paperError("SE-Emp", p3)).toEqual({ error: 2.37, interpolated: false });
    expect(paperError("SE-Emp", 1)).toEqual({ error: 1.9, interpolated: false });
  });

  test("between two points it is linear in log p", () => {
    const { error, interpolated } = paperError("SE-Emp", Math.sqrt(0.067 * 0.099))!;
    expect(interpolated).toBe(true);
    expect(error).toBeCloseTo((1.87 + 1.78) / 2, 12);
    expect(paperError("SE-Emp", p6)!.error).toBeCloseTo(
      1.87 - (0.09 * Math.log(p6 / 0.067)) / Math.log(0.099 / 0.067),
      12,
    );
  });

  test("there is none beyond the ends of a curve, nor of methods that the paper does not have", () => {
    expect(paperError("RandCon", p3)).toBeUndefined();
    expect(paperError("SE-AE", 0.1)).toBeUndefined();
    expect(paperError("DCT-Emp", 0.1)).toBeUndefined();
    expect(paperError("SE-Emp", 1.1)).toBeUndefined();
  });
});
