import type { SamplesSource } from "@weightcast/dictionary";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { covariance } from "./covariance";
import { kernelRidge } from "./kernel-ridge";
import { pivotedCholesky } from "./selections/pivoted-cholesky";
import { add, covarianceOf, multiply, rational, solve, toNumber } from "./testing/rational";

const sourceOf = (rows: readonly (readonly number[])[]): SamplesSource => ({
  domain: [rows[0]!.length],
  batches: () => [{ rows: rows.length, cols: rows[0]!.length, data: Float32Array.from(rows.flat()) }],
});

/** Prediction k_αᵀ (K_α + λI)⁻¹ w_α in exact arithmetic, from whole numbers. */
function exactly(
  rows: readonly (readonly number[])[],
  alpha: readonly number[],
  values: readonly number[],
  ridge: bigint,
) {
  const k = covarianceOf(rows.map((row) => row.map(BigInt)));
  const regular = alpha.map((i) => alpha.map((j) => (i === j ? add(k[i]![j]!, rational(ridge)) : k[i]![j]!)));
  const weights = solve(
    regular,
    values.map((value) => rational(BigInt(value))),
  );
  return k.map((row) => toNumber(alpha.reduce((sum, i, a) => add(sum, multiply(row[i]!, weights[a]!)), rational(0n))));
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Three features in units of their own: about 9·10⁷, 12, and a sixth of the second plus noise. */
const features = [-3, -2, -1, 0, 1, 2, 3, 0].map((a, row) => {
  const b = [12, -12, 6, 18, -18, -6, 0, 0][row]!;
  return [a * 45_000_000, b, b / 6];
});

describe("covariance of features in different units", () => {
  test("predicts what exact arithmetic does: 2 for a sixth of 12", () => {
    const warn = vi.spyOn(console, "warn");
    const expected = exactly(features, [0, 1], [0, 12], 0n);
    expect(expected[2]).toBeCloseTo(2, 14);
    const dictionary = covariance(sourceOf(features), { ridge: 0 });
    const { ridge, jitter, predict } = dictionary.predictor([0, 1]);
    expect({ ridge, jitter }).toEqual({ ridge: 0, jitter: 0 });
    expect([...predict([0, 12])]).toEqual([expect.closeTo(0, 5), expect.closeTo(12, 10), expect.closeTo(2, 10)]);
    expect(covariance(sourceOf(features)).predictor([0, 1]).predict([0, 12])[2]).toBeCloseTo(2, 4); // the default λ, 1e-3
    expect(dictionary.atoms([0, 1]).data[5]).toBe(Math.fround(1 / 6));
    expect(warn).not.toHaveBeenCalled();
  });

  test("agrees with exact arithmetic on generated features of very different scales", () => {
    const scale = fc.integer({ min: 0, max: 12 }).map((power) => 4 ** power);
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), {
          minLength: 9,
          maxLength: 9,
        }),
        fc.array(scale, { minLength: 4, maxLength: 4 }),
        fc.bigInt({ min: 0n, max: 3n }),
        (small, scales, ridge) => {
          const rows = small.map((row) => row.map((value, i) => value * scales[i]!));
          if (!rows[0]!.every((_, i) => rows.some((row) => row[i] !== rows[0]![i]))) return;
          const dictionary = covariance(sourceOf(rows), { ridge: Number(ridge) });
          const { jitter, predict } = dictionary.predictor([0, 1, 2]);
          const values = [3, 1, -2].map((value, i) => value * scales[i]!);
          if (jitter > 0) return; // singular, or nearly
          const expected = exactly(rows, [0, 1, 2], values, ridge);
          predict(values).forEach((value, i) => {
            expect(Math.abs(value - expected[i]!) / scales[i]!).toBeLessThan(1e-9 * 100);
          });
        },
      ),
      { seed: 21, numRuns: sweep(100) },
    );
  });

  test("without a ridge, a feature in another unit changes predictions by that unit alone, jitter or not", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const unit = fc.integer({ min: -30, max: 30 }).map((power) => 2 ** power); // so that nothing is rounded
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 5, maxLength: 5 }), {
          minLength: 2,
          maxLength: 9,
        }),
        fc.array(unit, { minLength: 5, maxLength: 5 }),
        (rows, units) => {
          if (!rows[0]!.every((_, i) => rows.some((row) => row[i] !== rows[0]![i]))) return;
          const scaled = rows.map((row) => row.map((value, i) => value * units[i]!));
          const [one, other] = [rows, scaled].map((each) => covariance(sourceOf(each), { ridge: 0 }));
          const alpha = [4, 1, 2, 0];
          const [first, second] = [one!.predictor(alpha), other!.predictor(alpha)];
          expect(second.jitter).toBe(first.jitter);
          const values = [1, 2, -3, 4];
          const expected = first.predict(values).map((value, i) => value * units[i]!);
          expect(second.predict(values.map((value, a) => value * units[alpha[a]!]!))).toEqual(expected);
          for (const pivot of ["greedy", "random"] as const)
            for (const set of pivotedCholesky(other!, 3, { pivot })) expect(set).toHaveLength(3);
        },
      ),
      { seed: 22, numRuns: sweep(100) },
    );
  });

  test("says once that jitter was needed, and how much", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const dictionary = covariance(sourceOf(features), { ridge: 0 }); // 1 and 2 are the same, in other units
    dictionary.atoms([0, 1, 2]);
    dictionary.atoms([1, 2]);
    expect(warn.mock.calls).toEqual([
      [
        "covariance: K + λI of 3 atoms is singular to working precision with λ = 0; jitter of 1e-11 times each atom's own k(i, i) was added; choose a larger ridge, shrinkage or fewer atoms",
      ],
    ]);
    const { jitter, predict } = dictionary.predictor([0, 1, 2]);
    expect(jitter).toBe(1e-11);
    const column = predict([9e7, 12, 2]);
    for (const [i, value] of [9e7, 12, 2].entries()) expect(Math.abs(column[i]! / value - 1)).toBeLessThan(1e-5);
  });
});

test("greedy pivots go on among small atoms after the large ones are explained", () => {
  // Independent atoms with k(i, i) of 8·10¹⁵, 144, 100, 64, …: the trace is that of the first.
  const variances = [8e15, 9, 144, 16, 100, 64];
  const dictionary = kernelRidge([6], ([i], [j]) => (i === j ? variances[i!]! : 0), { ridge: 0 });
  for (const seed of [1, 2, 3])
    expect(pivotedCholesky(dictionary, 4, { pivot: "greedy", seed })).toEqual([[0, 2, 4, 5]]);
});

test("a kernel is symmetric in the units of its own entries", () => {
  const skewed = ([i]: readonly number[], [j]: readonly number[]) => (i === j ? [8e15, 144][i!]! : i! < j! ? 1e6 : 2e6); // less than 1e-9 of the larger k(i, i)
  expect(() => kernelRidge([2], skewed).atoms([0, 1])).toThrow("the kernel must be symmetric");
});
