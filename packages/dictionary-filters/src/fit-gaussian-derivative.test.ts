import { leading } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import type { TrainedKernel } from "./blocks";
import { type FitGaussianDerivativeOptions, fitGaussianDerivative } from "./fit-gaussian-derivative";
import { gaussianDerivative } from "./gaussian-derivative";
import { lost } from "./testing/matrices";

/** Kernel whose filters are polynomials of degree 2 times a Gaussian of σ positions, by their formula. */
function quadratic(length: number, sigma: number, seed: number, scale = 1): TrainedKernel {
  const { normal } = stream(seed, "filters");
  const factors = Array.from({ length: 8 }, () => Array.from({ length: 6 }, normal));
  const middle = (length - 1) / 2;
  const data = Float32Array.from({ length: length * length * 8 }, (_, at) => {
    const [y, x] = [Math.floor(at / (8 * length)) - middle, (Math.floor(at / 8) % length) - middle];
    const monomials = [1, y, x, y * y, x * y, x * x];
    const polynomial = factors[at % 8]!.reduce((sum, factor, k) => sum + factor * monomials[k]!, 0);
    return scale * polynomial * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
  });
  return { shape: [length, length, 2, 4], data };
}

const matrix = ({ shape, data }: TrainedKernel) => ({
  rows: shape[0]! * shape[1]!,
  cols: shape[2]! * shape[3]!,
  data: Float32Array.from(data),
});

describe("fitGaussianDerivative", () => {
  test.each([
    [5, 1.1],
    [7, 1.4],
    [7, 2.5],
    [8, 1.9],
  ])("finds the σ of filters that are Gaussian derivatives: %i positions, σ %d", (length, sigma) => {
    const kernel = quadratic(length, sigma, 3);
    const dictionary = fitGaussianDerivative([kernel], { size: 6 });
    const { sigma: found } = dictionary.options as { sigma: number[] };
    expect(found[0]! / sigma).toBeCloseTo(1, 3);
    expect(found[1]).toBe(found[0]);
    expect(lost(dictionary.atoms(leading(dictionary.size, 6)), matrix(kernel))).toBeLessThan(1e-6);
  });

  test("loses no more, on the mean of the layers, than any σ of a fine grid; a layer's scale does not matter", () => {
    const kernels = [quadratic(7, 1.2, 1, 1000), quadratic(7, 2.2, 2)];
    const meanLoss = (dictionary: ReturnType<typeof gaussianDerivative>) =>
      kernels.reduce((sum, kernel) => sum + lost(dictionary.atoms(leading(49, 5)), matrix(kernel)) / 2, 0);
    const fitted = meanLoss(fitGaussianDerivative(kernels, { size: 5 }));
    const grid = Array.from({ length: 200 }, (_, i) =>
      meanLoss(gaussianDerivative([7, 7], { sigma: 0.6 + 0.032 * i })),
    );
    expect(fitted).toBeLessThan(Math.min(...grid) + 1e-6);
    expect(fitted).toBeGreaterThan(0.005);
  });

  test("on one axis, with scales; the recipe makes it again", () => {
    const kernel = { shape: [9, 3, 5], data: Float32Array.from({ length: 135 }, (_, i) => Math.sin(i * i)) };
    const dictionary = fitGaussianDerivative([kernel], { size: 4, scales: 2 });
    expect(dictionary.options).toMatchObject({ scales: 2 });
    expect(gaussianDerivative([9], dictionary.options as never).atoms([3, 1])).toEqual(dictionary.atoms([3, 1]));
  });

  const one = quadratic(3, 1, 1);
  const bad: [string, unknown, unknown, string][] = [
    ["no kernels", [], { size: 2 }, "fitGaussianDerivative: kernels must be a list of at least one"],
    ["no size", [one], {}, "size must be an integer in [1, 9]; got undefined"],
    ["too many atoms", [one], { size: 10 }, "size must be an integer in [1, 9]; got 10"],
    [
      "two windows",
      [one, quadratic(5, 1, 1)],
      { size: 2 },
      "must have one domain over the window; got [3,3] and [5,5]",
    ],
    ["zeros", [{ shape: [3, 1, 1], data: [0, 0, 0] }], { size: 2 }, "kernels must not be zero; all 1 are"],
    ["no scale", [one], { size: 2, scales: 0 }, "scales must be an integer in [1, 8]; got 0"],
    ["a misspelled option", [one], { sizes: 2 }, 'there is no option "sizes" (did you mean size?)'],
  ];
  test.each(bad)("refuses %s", (_, kernels, options, message) => {
    const fit = () => fitGaussianDerivative(kernels as TrainedKernel[], options as FitGaussianDerivativeOptions);
    expect(fit).toThrow(RangeError);
    expect(fit).toThrow(message);
  });
});
