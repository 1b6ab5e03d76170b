import { uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/kernel-ridge.json";
import { type KernelOptions, kernel, kernelModule } from "./kernel";

describe("kernel keeps the laws", () => {
  const choices: readonly [readonly number[], Json][] = [
    [[7], { kernel: "matern-3/2", lengthScale: 2, ridge: 0.01 }],
    [[8, 9], { lengthScale: [0.8, 1.2] }],
    [[3, 4, 5], { kernel: "rational-quadratic", alpha: 2 }],
  ];
  describe.each(choices)("on %j with %j", (domain, chosen) => {
    const create = (options: Json = chosen) => kernelModule.create({ domain }, options);
    for (const law of laws) test(law.name, () => law.check({ create, module: kernelModule, domain }));
  });
});

describe("kernel", () => {
  test.each(fixture.grid)(
    "agrees with scikit-learn: $options on $domain",
    ({ domain, options, indices, u, values, column }) => {
      const dictionary = kernel(domain, options as KernelOptions);
      const { rows, cols, data } = dictionary.atoms(indices);
      expect([rows, cols]).toEqual([u.length / indices.length, indices.length]);
      // U is rounded to float32; the prediction is float64 throughout, and the fixture holds 12 digits.
      u.forEach((expected, i) => {
        expect(Math.abs(data[i]! - expected)).toBeLessThan(1e-7);
      });
      const predicted = dictionary.predictor(indices).predict(values);
      expect(predicted).toHaveLength(rows);
      column.forEach((expected, i) => {
        expect(Math.abs(predicted[i]! - expected)).toBeLessThan(1e-10);
      });
    },
  );

  test("its defaults are the paper's kernel", () => {
    const dictionary = kernel([6, 6]);
    expect(dictionary.options).toEqual({ kernel: "squared-exponential", lengthScale: 1, alpha: 1, ridge: 1e-3 });
    expect(dictionary.traits).toEqual({
      orthonormal: false,
      independent: false,
      ordered: false,
      learned: false,
      coordinates: true,
    });
    expect(dictionary.size).toBe(36);
    expect(dictionary.coordinates).toEqual(Array.from({ length: 36 }, (_, i) => i));
    // One atom: k(i, α) / (1 + λ).
    const { data } = dictionary.atoms([7]); // position (1, 1)
    expect(data[7]).toBeCloseTo(1 / 1.001, 7);
    expect(data[6 * 3 + 2]).toBeCloseTo(Math.exp(-5 / 2) / 1.001, 7); // position (3, 2)
  });

  test("predicts a smooth filter from a quarter of its pixels, but not noise", () => {
    const smooth = Float64Array.from({ length: 784 }, (_, i) => {
      const [y, x] = [Math.floor(i / 28) - 13, (i % 28) - 15];
      return Math.exp(-(x * x + y * y) / 60) * Math.cos(x / 2 + y / 3); // a Gabor filter
    });
    const noise = smooth.map((_, i) => Math.sin(i * i * 12.9898)); // no two neighbors alike
    const dictionary = kernel([28, 28], { lengthScale: 2 });
    const indices = uniform(784, 196, 7);
    const { predict } = dictionary.predictor(indices);
    const missing = (filter: Float64Array) => {
      const predicted = predict(indices.map((index) => filter[index]!));
      const error = predicted.reduce((sum, value, i) => sum + (value - filter[i]!) ** 2, 0);
      return error / filter.reduce((sum, value) => sum + value * value, 0);
    };
    expect(missing(smooth)).toBeLessThan(0.01);
    expect(missing(noise)).toBeGreaterThan(0.5);
  });

  test("does not keep the caller's arrays", () => {
    const [domain, lengthScale] = [
      [4, 5],
      [1, 2],
    ];
    const dictionary = kernel(domain, { lengthScale });
    const before = dictionary.atoms([3, 8]);
    domain[0] = 9;
    lengthScale[1] = 50;
    expect(dictionary.atoms([3, 8])).toEqual(before);
    expect(dictionary.domain).toEqual([4, 5]);
    expect(dictionary.options).toMatchObject({ lengthScale: [1, 2] });
  });

  test("reports bad input", () => {
    expect(() => kernel([0])).toThrow(
      RangeError("kernel: domain must be a list of positive integers such as [28, 28]; got [0]"),
    );
    expect(() => kernel([4, 4], { lengthScale: [1, 2, 3] })).toThrow(
      RangeError("kernel: lengthScale must be one number, or one for each of 2 axes; got [1,2,3]"),
    );
    expect(() => kernel([4, 4], { ridge: -1 })).toThrow(
      RangeError("kernel: ridge must be a number of at least 0; got -1"),
    );
    expect(() => kernel([4, 4], { ridge: Number.NaN })).toThrow("got NaN");
    expect(() => kernelModule.create({ domain: [4] }, { sigma: 2 })).toThrow(
      RangeError('kernel: there is no option "sigma"; the options are kernel, lengthScale, alpha, ridge'),
    );
    expect(() => kernelModule.create({ domain: [4] }, { kernel: 3 })).toThrow(/kernel must be one of .*; got 3/);
    expect(() => kernelModule.create({ domain: [4] }, { lengthScale: "2" })).toThrow("got 2");
  });
});
