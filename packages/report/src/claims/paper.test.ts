import { describe, expect, test } from "vitest";
import { curveOf, paperError } from "./paper";

const curve = [
  [0.045, 2.37],
  [0.067, 1.87],
  [0.099, 1.78],
  [1, 1.9],
] as const;

describe("paperError", () => {
  test("at a digitized point it is the point's value; digitized proportions are rounded, so 2% apart are the same", () => {
    expect(paperError(curve, 0.0455)).toEqual({ error: 2.37, interpolated: false });
    expect(paperError(curve, 1)).toEqual({ error: 1.9, interpolated: false });
    expect(paperError(curve, 0.067 * 1.019)).toEqual({ error: 1.87, interpolated: false });
    expect(paperError(curve, 0.067 * 1.021)).toMatchObject({ interpolated: true });
  });

  test("between two points it is linear in log p", () => {
    const { error, interpolated } = paperError(curve, Math.sqrt(0.067 * 0.099))!;
    expect(interpolated).toBe(true);
    expect(error).toBeCloseTo((1.87 + 1.78) / 2, 12);
    const [p, share] = [0.0812, Math.log(0.0812 / 0.067) / Math.log(0.099 / 0.067)];
    expect(paperError(curve, p)!.error).toBeCloseTo(1.87 - 0.09 * share, 12);
  });

  test("there is none beyond the ends of a curve, nor without a curve", () => {
    expect(paperError(curve, 0.04)).toBeUndefined();
    expect(paperError(curve, 1.1)).toBeUndefined();
    expect(paperError(undefined, 0.1)).toBeUndefined();
  });
});

test("curveOf: only curves that the paper has, also for a method called constructor", () => {
  const paper = { curves: { SE: curve } };
  expect(curveOf(paper, "SE")).toBe(curve);
  expect([curveOf(paper, "DCT"), curveOf(paper, "constructor"), curveOf(undefined, "SE")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
