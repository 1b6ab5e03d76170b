import { kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { keepingOrder, keptOf } from "./errors";
import type { Filters } from "./filters";
import { measureFilters } from "./measure";
import { kernelErrors } from "./prediction";
import { fig1Shares } from "./predictors";

/** Filters drawn from a Gaussian process with a squared exponential kernel of length scale 2: sums of bumps. */
const filters: Filters = (() => {
  const { normal } = stream(4, "filters");
  const [side, count] = [8, 6];
  const data = new Float32Array(side * side * count);
  // White noise smoothed by a Gaussian of deviation √2 has a squared exponential covariance of length scale 2.
  const reach = 5;
  const wide = side + 2 * reach;
  for (let f = 0; f < count; f++) {
    const noise = Float64Array.from({ length: wide * wide }, normal);
    for (let i = 0; i < side * side; i++) {
      const [y, x] = [Math.floor(i / side), i % side];
      for (let dy = 0; dy <= 2 * reach; dy++)
        for (let dx = 0; dx <= 2 * reach; dx++)
          data[i * count + f]! +=
            Math.exp(-((dy - reach) ** 2 + (dx - reach) ** 2) / 4) * noise[(y + dy) * wide + x + dx]!;
    }
  }
  return { domain: [side, side], channels: 1, count, data };
})();
const quick = { kernels: ["squared-exponential", "exponential"], shares: [0.1, 0.5, 1], subsets: 4, seed: 2 } as const;

test("each curve holds mean and deviation over the subsets, at every share", async () => {
  const { given, best, baselines, pixels, share } = await measureFilters(filters, { ...quick, lengthScales: [] });
  expect([pixels, share, best]).toEqual([64, 0.25, []]);
  expect(given.map(({ predictor, lengthScale }) => [predictor, lengthScale])).toEqual([
    ["squared-exponential", 1],
    ["exponential", 1],
  ]);
  expect(baselines.map(({ predictor }) => predictor)).toEqual(["zero", "mean", "nearest"]);
  const { points } = given[0]!;
  expect(points.map(({ share, kept }) => [share, kept])).toEqual([
    [0.1, 6],
    [0.25, 16],
    [0.5, 32],
    [1, 64],
  ]);
  const errors = [0, 1, 2, 3].map((i) => kernelErrors(filters, kernel([8, 8]), keepingOrder(2, i, 64), [6])[0]!);
  const mean = errors.reduce((a, b) => a + b) / 4;
  expect(points[0]!.error.mean).toBeCloseTo(mean, 12);
  expect(points[0]!.error.sd).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / 3), 12);
  expect(points.at(-1)!.error).toEqual({ mean: 0, sd: 0 });
});

test("a kernel takes the length scale that predicts best: here the one the filters were drawn with", async () => {
  const { best, given } = await measureFilters(filters, { ...quick, lengthScales: [0.5, 1, 2, 4], share: 0.5 });
  expect(best[0]).toMatchObject({ predictor: "squared-exponential", lengthScale: 2 });
  const at = (curve: (typeof best)[number]) => curve.points.find(({ share }) => share === 0.5)!.error.mean;
  expect(at(best[0]!)).toBeLessThan(0.5 * at(given[0]!));
});

test("length scales are chosen on a draw that no reported error comes from", async () => {
  const scales = [1, 1.5, 2, 3];
  /** Best scale for an order, by this test's own search. */
  const bestOn = (seed: number, subset: number | "choice") => {
    const errors = scales.map(
      (lengthScale) => kernelErrors(filters, kernel([8, 8], { lengthScale }), keepingOrder(seed, subset, 64), [6])[0]!,
    );
    return scales[errors.indexOf(Math.min(...errors))]!;
  };
  // A seed whose first draw would have chosen another scale.
  const seed = Array.from({ length: 50 }, (_, i) => i).find((i) => bestOn(i, 0) !== bestOn(i, "choice"))!;
  const kernels = ["squared-exponential"] as const;
  const { best } = await measureFilters(filters, { kernels, lengthScales: scales, shares: [1], share: 0.1, seed });
  expect(best[0]!.lengthScale).toBe(bestOn(seed, "choice"));
});

test("the same options give the same numbers, and another seed gives others", async () => {
  const options = { ...quick, lengthScales: [] };
  const [one, two, other] = await Promise.all(
    [2, 2, 3].map(async (seed) => await measureFilters(filters, { ...options, seed })),
  );
  expect(two).toEqual(one);
  expect(other!.given[0]!.points[0]!.error.mean).not.toBe(one!.given[0]!.points[0]!.error.mean);
});

test("the covariance is one of the kernels if there are samples", async () => {
  const { normal } = stream(5, "samples");
  const data = Float32Array.from({ length: 300 * 64 }, normal);
  const samples = { domain: [8, 8], batches: () => [{ rows: 300, cols: 64, data }] };
  const { given } = await measureFilters(filters, { shares: [0.5], samples, lengthScales: [], subsets: 1 });
  expect(given.map(({ predictor }) => predictor).at(-1)).toBe("covariance");
  expect(given.at(-1)).not.toHaveProperty("lengthScale");
  expect(given.at(-1)!.points[0]!.error.sd).toBeUndefined();
  await expect(measureFilters(filters, { kernels: ["covariance"] })).rejects.toThrow("must be given as samples");
});

test("progress is reported for every kernel, and an interruption stops it", async () => {
  const progress: string[] = [];
  const stop = new AbortController();
  const onProgress = ({ done, of, what }: { done: number; of: number; what: string }) =>
    progress.push(`${done}/${of} ${what}`);
  await measureFilters(filters, { ...quick, lengthScales: [], onProgress });
  expect(progress).toEqual(["0/2 squared-exponential", "1/2 exponential", "2/2 "]);
  stop.abort();
  await expect(measureFilters(filters, { ...quick, signal: stop.signal })).rejects.toMatchObject({
    code: "INTERRUPTED",
  });
});

test("bad options are named", async () => {
  for (const [options, message] of [
    [{ ridge: 0 }, "fig1: ridge must be a positive number; got 0"],
    [{ share: 0 }, "fig1: share must be a number in (0, 1]; got 0"],
    [{ shares: [0.5, 0.1] }, "fig1: shares must be ascending numbers in (0, 1]; got [0.5,0.1]"],
    [{ subsets: 0 }, "fig1: subsets must be an integer of at least 1; got 0"],
    [{ lengthScales: [1, -1] }, "fig1: lengthScales must be positive numbers; got [1,-1]"],
    [{ kernels: [] }, "fig1: kernels must be at least one; got []"],
  ] as const)
    await expect(measureFilters(filters, options)).rejects.toThrow(RangeError(message));
});

test("shares ascend to the whole; a share keeps at least a pixel", () => {
  expect(fig1Shares.at(-1)).toBe(1);
  expect([...fig1Shares].sort((a, b) => a - b)).toEqual([...fig1Shares]);
  expect([keptOf(0.001, 64), keptOf(0.25, 784), keptOf(1, 64)]).toEqual([1, 196, 64]);
});
