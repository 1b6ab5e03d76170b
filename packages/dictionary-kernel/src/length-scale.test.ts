import { dictionaries, type SamplesSource } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/atoms.json";
import { kernel, kernelModule } from "./kernel";
import type { KernelName } from "./kernel-function";
import { fitKernel, fitLengthScale, kernelFittedModule } from "./length-scale";

/** Samples of a Gaussian process whose covariance is the kernel, scaled by a different deviation for each input. */
function process(domain: readonly number[], name: KernelName, lengthScale: number, count: number): SamplesSource {
  const { gram, size } = kernel(domain, { kernel: name, lengthScale });
  const covariance = new Matrix(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) covariance.set(i, j, gram(i, j) + (i === j ? 1e-9 : 0));
  const root = new CholeskyDecomposition(covariance).lowerTriangularMatrix;
  const { normal } = stream(4, "process");
  const noise = new Matrix(Array.from({ length: count }, () => Array.from({ length: size }, normal)));
  const data = Float32Array.from(
    noise.mmul(root.transpose()).to1DArray(),
    (value, at) => value * (1 + ((at % size) % 4)),
  );
  return { domain, batches: () => [{ rows: count, cols: size, data }] };
}

const chosen: Json = { kernel: "matern-5/2", alpha: 2, ridge: 0.01 };
const smooth = process([5, 6], "squared-exponential", 1.5, 60);

describe("a fitted kernel keeps the laws", () => {
  for (const law of laws)
    test(law.name, () => {
      // Its dictionaries are named "kernel", and that module recreates them.
      dictionaries.register(kernelModule);
      const create = (options: Json = chosen) => kernelFittedModule.create(smooth, options);
      return law.check({ create, module: kernelFittedModule, domain: [5, 6] });
    });
});

describe("fitLengthScale", () => {
  test.each([
    ["squared-exponential", [9, 9], 1.2],
    ["squared-exponential", [10, 8], 2.5],
    ["exponential", [9, 9], 2],
    ["matern-3/2", [60], 3],
    ["rational-quadratic", [9, 9], 1.5],
  ] as const)("recovers the scale of %s on %j, %d, within a tenth", (name, domain, scale) => {
    const ratio = fitLengthScale(process(domain, name, scale, 500), { kernel: name }) / scale;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test.each(fixture.lengthScale)("agrees with SciPy: $kernel on $domain", (expected) => {
    const { domain, count, samples, fitted } = expected;
    const data = Float32Array.from(samples);
    const source = { domain, batches: () => [{ rows: count, cols: samples.length / count, data }] };
    expect(fitLengthScale(source, { kernel: expected.kernel as KernelName })).toBeCloseTo(fitted, 5);
  });

  test("skips inputs that never change, and is short if nothing correlates", () => {
    const rows = 4000;
    const { normal } = stream(1, "white");
    const data = Float32Array.from({ length: rows * 12 }, (_, at) => (at % 4 === 3 ? 0.3 : normal()));
    const scale = fitLengthScale({ domain: [3, 4], batches: () => [{ rows, cols: 12, data }] });
    expect(scale).toBeGreaterThanOrEqual(0.1);
    expect(scale).toBeLessThan(0.45); // a correlation of 0.08 between neighbors
  });

  test("reports bad input", () => {
    const constant = { domain: [2], batches: () => [{ rows: 2, cols: 2, data: Float32Array.of(1, 5, 2, 5) }] };
    expect(() => fitLengthScale(constant)).toThrow(
      RangeError("fitLengthScale: samples must vary in two coordinates at least; they vary in fewer"),
    );
    expect(() => fitLengthScale({ ...smooth, domain: [5, 5] })).toThrow(
      RangeError("fitLengthScale: samples must be [batch, 25]; got [60, 30] with 1800 numbers"),
    );
    expect(() => fitLengthScale(smooth, { alpha: -1 })).toThrow("alpha must be a positive number; got -1");
    expect(() => fitLengthScale(smooth, { kernel: "gauss" as KernelName })).toThrow("kernel must be one of");
    expect(() => kernelFittedModule.create(smooth, { sigma: 2 })).toThrow('kernel-fitted: there is no option "sigma"');
  });
});

describe("fitKernel", () => {
  test("is a kernel dictionary that its recipe alone recreates", () => {
    const dictionary = fitKernel(smooth, { ridge: 0.02 });
    const lengthScale = fitLengthScale(smooth);
    expect(dictionary.name).toBe("kernel");
    expect(dictionary.traits.learned).toBe(false);
    expect(dictionary.options).toEqual({ kernel: "squared-exponential", lengthScale, alpha: 1, ridge: 0.02 });
    expect(kernel([5, 6], dictionary.options as never).atoms([3, 20])).toEqual(dictionary.atoms([3, 20]));
  });

  test("reads no sample if the length scale is given", () => {
    const batches = () => {
      throw new Error("read");
    };
    expect(fitKernel({ domain: [4], batches }, { lengthScale: 2 }).options).toMatchObject({ lengthScale: 2 });
  });
});
