import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { type KernelName, kernelFunction } from "./kernel-function";

const names: readonly KernelName[] = [
  "squared-exponential",
  "exponential",
  "matern-3/2",
  "matern-5/2",
  "rational-quadratic",
];

describe("kernelFunction", () => {
  test.each([
    ["squared-exponential", Math.exp(-25 / 8)],
    ["exponential", Math.exp(-5 / 2)],
    ["matern-3/2", (1 + 2.5 * Math.sqrt(3)) * Math.exp(-2.5 * Math.sqrt(3))],
    ["matern-5/2", (1 + 2.5 * Math.sqrt(5) + (5 * 6.25) / 3) * Math.exp(-2.5 * Math.sqrt(5))],
    ["rational-quadratic", (1 + 6.25 / 6) ** -3],
  ] as const)("%s at distance 5, length scale 2, by hand", (name, expected) => {
    expect(kernelFunction(name, { lengthScale: 2, alpha: 3 })([1, 7], [4, 3])).toBeCloseTo(expected, 14);
  });

  test("a length scale for each axis stretches that axis", () => {
    const k = kernelFunction("squared-exponential", { lengthScale: [1, 3] });
    expect(k([0, 0], [2, 0])).toBeCloseTo(Math.exp(-2), 14);
    expect(k([0, 0], [0, 6])).toBeCloseTo(Math.exp(-2), 14);
    expect(k([0, 0], [1, 3])).toBeCloseTo(Math.exp(-1), 14);
  });

  test("the rational quadratic kernel tends to the squared exponential as alpha grows", () => {
    const [rough, smooth] = [
      kernelFunction("rational-quadratic", { alpha: 1e7 }),
      kernelFunction("squared-exponential"),
    ];
    for (const distance of [0.5, 1, 2, 3]) expect(rough([0], [distance])).toBeCloseTo(smooth([0], [distance]), 6);
  });

  test("every kernel is one at distance zero, symmetric, in [0, 1] and positive semidefinite", () => {
    const position = fc.tuple(fc.nat(11), fc.nat(11), fc.nat(2));
    const positions = fc.uniqueArray(position, { minLength: 2, maxLength: 14, selector: String });
    const scale = fc.double({ min: 0.3, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...names), positions, scale, scale, (name, points, lengthScale, alpha) => {
        const k = kernelFunction(name, { lengthScale, alpha });
        const gram = points.map((i) => points.map((j) => k(i, j)));
        expect(gram.map((row, a) => row[a])).toEqual(points.map(() => 1));
        expect(gram.map((_, a) => gram.map((row) => row[a]))).toEqual(gram);
        expect(gram.flat().every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(Math.min(...new EigenvalueDecomposition(new Matrix(gram)).realEigenvalues)).toBeGreaterThan(-1e-12);
      }),
      { seed: 5 },
    );
  });

  test("reports bad input", () => {
    expect(() => kernelFunction("gauss" as KernelName)).toThrow(
      RangeError(
        "kernel: kernel must be one of squared-exponential, exponential, matern-3/2, matern-5/2, rational-quadratic; got gauss",
      ),
    );
    expect(() => kernelFunction("toString" as KernelName)).toThrow(RangeError);
    expect(() => kernelFunction(["exponential"] as never)).toThrow(RangeError);
    for (const lengthScale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, [], [1, 0], "2" as never, null as never])
      expect(() => kernelFunction("exponential", { lengthScale })).toThrow(
        RangeError(
          `kernel: lengthScale must be a positive number, or one for each axis; got ${Array.isArray(lengthScale) ? `[${lengthScale}]` : lengthScale}`,
        ),
      );
    expect(() => kernelFunction("rational-quadratic", { alpha: 0 })).toThrow(
      RangeError("kernel: alpha must be a positive number; got 0"),
    );
    expect(() => kernelFunction("exponential", { alpha: "1" as never })).toThrow("alpha must be a positive number");
  });
});
