import { uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { type GaussianOptions, gaussian, gaussianModule } from "./gaussian";

describe("gaussian keeps the laws", () => {
  const create = (options: Json = { size: 100, seed: 7, deviation: 0.5 }) =>
    gaussianModule.create({ domain: [6, 8] }, options);
  for (const law of laws) test(law.name, () => law.check({ create, module: gaussianModule, domain: [6, 8] }));
});

describe("gaussian", () => {
  test("column j is deviation times the draws of the stream atom/j", () => {
    const u = gaussian([2, 2], { seed: 3, deviation: 2 }).atoms([2, 0]);
    const second = stream(3, "atom/2");
    const zeroth = stream(3, "atom/0");
    const rows = Array.from({ length: 4 }, () => [2 * second.normal(), 2 * zeroth.normal()]);
    expect(u).toEqual({ rows: 4, cols: 2, data: Float32Array.from(rows.flat()) });
  });

  test("entries have mean 0, the requested deviation and the kurtosis of a normal distribution, within five standard errors", () => {
    const { data } = gaussian([28, 28], { deviation: 0.1 }).atoms(uniform(784, 50, 1));
    const moment = (k: number) => data.reduce((sum, value) => sum + (value / 0.1) ** k, 0) / data.length;
    const error = 5 / Math.sqrt(data.length);
    expect(Math.abs(moment(1))).toBeLessThan(error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error * Math.SQRT2);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error * Math.sqrt(96));
  });

  test("atoms have unit length on average, and are uncorrelated", () => {
    const cols = 50;
    const { data } = gaussian([28, 28]).atoms(uniform(784, cols, 1));
    const dot = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < 784; i++) sum += data[i * cols + a]! * data[i * cols + b]!;
      return sum;
    };
    for (let a = 0; a < cols; a++) {
      // Var ‖u‖² = 2/784 and Var u·v = 1/784: five standard deviations.
      expect(Math.abs(dot(a, a) - 1)).toBeLessThan(5 * Math.sqrt(2 / 784));
      for (let b = 0; b < a; b++) expect(Math.abs(dot(a, b))).toBeLessThan(5 / 28);
    }
  });

  test("an atom depends on the seed and its index, not on the size of the dictionary", () => {
    const atom = (options: GaussianOptions, index: number) => gaussian([8], options).atoms([index]).data;
    expect(atom({ seed: 1 }, 3)).toEqual(atom({ seed: 1, size: 500 }, 3));
    expect(atom({ seed: 1 }, 3)).not.toEqual(atom({ seed: 2 }, 3));
    expect(atom({ seed: 1 }, 3)).not.toEqual(atom({ seed: 1 }, 4));
  });

  test("resolves its options", () => {
    expect(gaussian([4, 4]).options).toEqual({ size: 16, seed: 0, deviation: 0.25 });
    expect(gaussian([4, 4], { size: 99 }).size).toBe(99);
  });

  test("does not keep the caller's domain", () => {
    const domain = [4, 4];
    const dictionary = gaussian(domain);
    domain[0] = 9;
    expect(dictionary.domain).toEqual([4, 4]);
    expect(dictionary.atoms([0]).rows).toBe(16);
  });

  test("reports bad input", () => {
    expect(() => gaussian([])).toThrow(
      RangeError("gaussian: domain must be a list of positive integers such as [28, 28]; got []"),
    );
    expect(() => gaussian([4], { size: 0 })).toThrow(RangeError("gaussian: size must be a positive integer; got 0"));
    expect(() => gaussian([4], { seed: 0.5 })).toThrow(RangeError("gaussian: seed must be a safe integer; got 0.5"));
    expect(() => gaussian([4], { deviation: 0 })).toThrow(
      RangeError("gaussian: deviation must be a positive number; got 0"),
    );
    expect(() => gaussian([4], { deviation: Number.NaN })).toThrow("got NaN");
    expect(() => gaussian([4]).atoms([4])).toThrow(RangeError("gaussian: indices must be integers in [0, 3]; got 4"));
    expect(() => gaussian([4], { deviaton: 2 } as object)).toThrow('"deviaton" (did you mean deviation?)');
    expect(() => gaussianModule.create({ domain: [4] }, { sead: 3 })).toThrow(
      RangeError('gaussian: there is no option "sead" (did you mean seed?); the options are size, seed, deviation'),
    );
    expect(() => gaussianModule.create({ domain: [4] }, { size: "12" })).toThrow(
      RangeError("gaussian: size must be a positive integer; got 12"),
    );
  });
});
