import { expect, test } from "vitest";
import { curvesOf } from "./curves";
import type { FitResult } from "./fit";
import { findings } from "./report/report";
import { fig6Settings, fitsOf, nameOfFit } from "./settings";

/** Made-up fit. */
const fit = (method: FitResult["method"], proportion: number, seed: number, loss: number): FitResult => ({
  ...{ method, proportion, seed, loss, reconstruction: loss / 100, sparsity: loss / 2, trainLoss: loss },
  ...{ learned: Math.round(1000 * proportion), seconds: 1, filters: [] },
});
const fits = [
  ...[fit("dense", 1, 1, 10), fit("dense", 1, 2, 12)],
  ...[fit("SE", 0.4, 1, 11), fit("SE", 0.4, 2, 13.2), fit("SE", 0.2, 1, 20), fit("SE", 0.75, 1, 10.2)],
  fit("narrower", 0.4, 1, 9),
];

test("means, deviations, and differences from the dense W of the same seed, by hand", () => {
  const [dense, se, narrower] = curvesOf(fits);
  expect(dense).toMatchObject({ method: "dense", points: [{ loss: { mean: 11, sd: Math.SQRT2 } }] });
  expect(se!.points.map(({ proportion }) => proportion)).toEqual([0.2, 0.4, 0.75]);
  expect(se!.points[1]!.above.mean).toBeCloseTo(0.1, 12);
  expect(se!.points[1]!.above.sd).toBeCloseTo(0, 12);
  expect(se!.points[0]!.above).toEqual({ mean: 1 });
  expect(narrower!.points).toMatchObject([{ learned: 400 }]);
});

test("the findings say what the curves show", () => {
  const text = findings(curvesOf(fits));
  expect(text).toContain("with 40% learned by the SE kernel, the loss is <b>10.0 ± 0.0%</b> above");
  expect(text).toContain("From 75% on it is at most 5% above.");
  expect(text).toContain("At 40%, the controls: fewer features, learned whole −10.0%.");
  expect(findings(curvesOf(fits.slice(0, 4)))).toContain("At no share measured is it within 5%.");
});

test("fits of each seed, the dense one first; wrong options are refused", () => {
  const some = fitsOf({ seeds: [3, 4], proportions: [0.1], methods: ["SE", "narrower"] });
  expect(some.map(nameOfFit).slice(0, 4)).toEqual([
    "dense, seed 3",
    "SE 10%, seed 3",
    "narrower 10%, seed 3",
    "dense, seed 4",
  ]);
  expect(fitsOf({})).toHaveLength(3 * (1 + 7 * 4));
  for (const [options, message] of [
    [{ columns: 7 }, "fig6: columns must be a divisor of the 400 features; got 7"],
    [{ proportions: [0.5, 1] }, "fig6: proportion must be below 1, which is the dense W; got 1"],
    [{ lambda: 0 }, "fig6: lambda must be a positive number; got 0"],
    [{ patches: 99 }, "fig6: patches must be at least 100; got 99"],
  ] as const)
    expect(() => fig6Settings(options)).toThrow(new RangeError(message));
});
