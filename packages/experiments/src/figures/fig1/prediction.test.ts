import { covariance, type KernelName, kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { baselineErrors } from "./baselines";
import type { Filters } from "./filters";
import { kernelErrors, predictFilters } from "./prediction";
import type { Baseline } from "./predictors";

const domain = [5, 6] as const;
const pixels = 30;

/** Filters of a function of filter, channel, row and column. */
const filtersOf = (
  count: number,
  channels: number,
  at: (f: number, c: number, y: number, x: number) => number,
): Filters => ({
  domain,
  channels,
  count,
  data: Float32Array.from({ length: pixels * channels * count }, (_, index) => {
    const [i, rest] = [Math.floor(index / (channels * count)), index % (channels * count)];
    return at(rest % count, Math.floor(rest / count), Math.floor(i / 6), i % 6);
  }),
});
const smooth = filtersOf(4, 3, (f, c, y, x) => Math.cos(0.4 * y * (f + 1) * 0.5 + c) + Math.sin(0.3 * x - f));
const noise = (() => {
  const { normal } = stream(7, "noise");
  return filtersOf(200, 1, normal);
})();
const order = [...stream(1, "order").permutation(pixels)];

/** w_α, then (K_α + λI)⁻¹ by Gauss–Jordan with pivoting, then every pixel: one filter at a time, from the definition. */
function direct(values: readonly number[], alpha: readonly number[], ridge: number, lengthScale: number): number[] {
  const k = (a: number, b: number) => {
    const square = (Math.floor(a / 6) - Math.floor(b / 6)) ** 2 + ((a % 6) - (b % 6)) ** 2;
    return Math.exp(-square / (2 * lengthScale ** 2));
  };
  const n = alpha.length;
  const system = alpha.map((a, i) => [...alpha.map((b, j) => k(a, b) + (i === j ? ridge : 0)), values[a]!]);
  for (let t = 0; t < n; t++) {
    let pivot = t;
    for (let i = t; i < n; i++) if (Math.abs(system[i]![t]!) > Math.abs(system[pivot]![t]!)) pivot = i;
    [system[t], system[pivot]] = [system[pivot]!, system[t]!];
    for (let i = 0; i < n; i++) {
      const factor = i === t ? 0 : system[i]![t]! / system[t]![t]!;
      for (let j = t; j <= n; j++) system[i]![j]! -= factor * system[t]![j]!;
    }
  }
  return Array.from({ length: pixels }, (_, i) =>
    alpha.reduce((sum, a, j) => sum + (k(a, i) * system[j]![n]!) / system[j]![j]!, 0),
  );
}

const column = ({ data, channels, count }: Filters, j: number) =>
  Array.from({ length: pixels }, (_, i) => data[i * channels * count + j]!);

/** ‖W − Ŵ‖²/‖W‖² over the pixels that are not kept. */
function errorOf({ data, channels, count }: Filters, predicted: ArrayLike<number>, kept: readonly number[]): number {
  let [left, all] = [0, 0];
  data.forEach((value, index) => {
    all += value ** 2;
    if (!kept.includes(Math.floor(index / (channels * count)))) left += (value - predicted[index]!) ** 2;
  });
  return left / all;
}

describe("predictFilters", () => {
  test("is a direct solve of each filter and channel by itself", () => {
    const alpha = order.slice(0, 9);
    const predicted = predictFilters(smooth, kernel(domain, { lengthScale: 1.3, ridge: 0.02 }), alpha);
    for (let j = 0; j < 12; j++) {
      const expected = direct(column(smooth, j), alpha, 0.02, 1.3);
      column({ ...smooth, data: predicted }, j).forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5); // float32
      });
    }
  });

  test("from all pixels, as the ridge goes to zero, gives the filters", () => {
    const predicted = predictFilters(noise, kernel(domain, { ridge: 1e-9 }), order);
    noise.data.forEach((value, i) => {
      expect(Math.abs(predicted[i]! - value)).toBeLessThan(1e-5);
    });
    // And with a ridge it shrinks them.
    const shrunk = predictFilters(noise, kernel(domain, { ridge: 1 }), order);
    expect(errorOf(noise, shrunk, [])).toBeGreaterThan(0.05);
  });

  test("bad input is named", () => {
    expect(() => predictFilters(smooth, kernel([6, 5]), [0])).toThrow(
      RangeError("predictFilters: dictionary must be over the filters' grid, [5,6]; got [6,5]"),
    );
    expect(() => predictFilters(smooth, kernel(domain), [0, 30])).toThrow("indices must be integers in [0, 29]");
  });
});

describe("kernelErrors", () => {
  const names: readonly KernelName[] = ["squared-exponential", "exponential", "matern-3/2", "rational-quadratic"];

  test.each(names)("at every count is that of predictFilters: %s", (name) => {
    const dictionary = kernel(domain, { kernel: name, lengthScale: 1.5 });
    const counts = Array.from({ length: pixels }, (_, i) => i + 1);
    const errors = kernelErrors(smooth, dictionary, order, counts);
    for (const count of counts) {
      const alpha = order.slice(0, count);
      expect(errors[count - 1]).toBeCloseTo(errorOf(smooth, predictFilters(smooth, dictionary, alpha), alpha), 6);
    }
    expect(errors.at(-1)).toBe(0);
  });

  test("only some counts, with repetitions, give the same as all of them", () => {
    const dictionary = kernel(domain);
    const all = kernelErrors(
      smooth,
      dictionary,
      order,
      Array.from({ length: pixels }, (_, i) => i + 1),
    );
    const some = kernelErrors(smooth, dictionary, order, [1, 1, 3, 12, 17, 30]);
    [1, 1, 3, 12, 17, 30].forEach((count, i) => {
      expect(some[i]).toBeCloseTo(all[count - 1]!, 12);
    });
  });

  test("of a covariance, pixels that never vary neither predict nor are predicted", () => {
    const { normal } = stream(3, "samples");
    const samples = Float32Array.from({ length: 400 * pixels }, (_, at) =>
      at % 6 === 0 ? 0 : normal() + (at % pixels),
    );
    const dictionary = covariance({ domain, batches: () => [{ rows: 400, cols: pixels, data: samples }] });
    expect(dictionary.size).toBe(25);
    const kept = order.slice(0, 14);
    const atoms = kept.flatMap((pixel) => dictionary.coordinates.indexOf(pixel)).filter((atom) => atom >= 0);
    const predicted = predictFilters(smooth, dictionary, atoms);
    expect(kernelErrors(smooth, dictionary, order, [14])[0]).toBeCloseTo(errorOf(smooth, predicted, kept), 6);
  });

  test("smooth filters are predicted, the better the more is kept; white noise is not", () => {
    const counts = [3, 8, 15, 23];
    const dictionary = kernel(domain, { lengthScale: 2 });
    const errors = kernelErrors(smooth, dictionary, order, counts);
    errors.slice(1).forEach((error, i) => {
      expect(error).toBeLessThan(errors[i]!);
    });
    const zero = baselineErrors("zero", smooth, order, counts);
    expect(errors[1]).toBeLessThan(0.2 * zero[1]!);
    const blank = baselineErrors("zero", noise, order, counts);
    kernelErrors(noise, dictionary, order, counts).forEach((error, i) => {
      expect(error).toBeGreaterThan(blank[i]!);
    });
  });

  test("bad input is named", () => {
    const dictionary = kernel(domain);
    expect(() => kernelErrors(smooth, kernel([30]), order, [1])).toThrow("over the filters' grid, [5,6]; got [30]");
    expect(() => kernelErrors(smooth, dictionary, [0, 0], [1])).toThrow(
      RangeError("kernelErrors: order must be a permutation of the 30 pixels; got [0,0]"),
    );
    for (const counts of [[0], [31], [2.5], [3, 2]])
      expect(() => kernelErrors(smooth, dictionary, order, counts)).toThrow(
        RangeError(`kernelErrors: counts must be ascending integers in [1, 30]; got [${counts}]`),
      );
    const empty = { ...smooth, data: new Float32Array(smooth.data.length) };
    expect(() => kernelErrors(empty, dictionary, order, [1])).toThrow("filters must be numbers that are not all zero");
  });
});

describe("baselineErrors", () => {
  /** Two filters of one channel on a row of four pixels. */
  const row: Filters = { domain: [1, 4], channels: 1, count: 2, data: Float32Array.of(1, 2, 3, 0, -1, 0, 2, 1) };
  // By hand: Σw² = 20. The pixel at 2 is kept, then that at 0.
  test.each<[Baseline, number, number]>([
    ["zero", 19 / 20, 14 / 20],
    // From -1, 0: (2² + 2²) + (4² + 0) + (3² + 1). From means 0, 1: (3² + 1) + (2² + 0).
    ["mean", (8 + 16 + 10) / 20, 14 / 20],
    // With two kept: pixel 1 is as near to 0 as to 2, which was kept first.
    ["nearest", (8 + 16 + 10) / 20, (16 + 10) / 20],
  ])("%s, by hand", (baseline, one, two) => {
    const errors = baselineErrors(baseline, row, [2, 0, 1, 3], [1, 2, 4]);
    [one, two, 0].forEach((expected, i) => {
      expect(errors[i]).toBeCloseTo(expected, 12);
    });
  });

  test("the nearest goes by rows and columns", () => {
    const grid: Filters = {
      domain: [3, 3],
      channels: 1,
      count: 1,
      data: Float32Array.from({ length: 9 }, (_, i) => i),
    };
    const errors = baselineErrors("nearest", grid, [0, 8, 1, 2, 3, 4, 5, 6, 7], [2]);
    // 1, 2, 3, 4, 6 are nearest to pixel 0 (2, 4 and 6 as near to 8), 5 and 7 to pixel 8.
    expect(errors[0]).toBeCloseTo((1 + 4 + 9 + 16 + 36 + 9 + 1) / 204, 12);
  });
});
