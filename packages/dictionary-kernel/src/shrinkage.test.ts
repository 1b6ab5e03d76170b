import { laws } from "@weightcast/dictionary/testing";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/atoms.json";
import { type CovarianceOptions, covariance, covarianceModule } from "./covariance";

const source = ({ count, size, samples }: { count: number; size: number; samples: readonly number[] }) => ({
  domain: [size],
  batches: () => [
    { rows: 5, cols: size, data: Float32Array.from(samples.slice(0, 5 * size)) },
    { rows: count - 5, cols: size, data: Float32Array.from(samples.slice(5 * size)) },
  ],
});
const few = source(fixture.shrinkage[0]!);

describe("covariance with shrinkage keeps the laws", () => {
  for (const law of laws)
    test(law.name, () =>
      law.check({
        create: (options = { shrinkage: "ledoit-wolf", ridge: 0.01 }) => covarianceModule.create(few, options),
        module: covarianceModule,
      }),
    );
});

describe("covariance's shrinkage", () => {
  test.each(fixture.shrinkage)("agrees with scikit-learn: $options", (expected) => {
    const dictionary = covariance(source(expected), expected.options as CovarianceOptions);
    const { shrinkage } = dictionary.options as { readonly shrinkage: number };
    expect(shrinkage).toBeCloseTo(expected.used, 10);
    const scale = Math.max(...expected.gram.map(Math.abs));
    for (let a = 0; a < 6; a++)
      for (let b = 0; b < 6; b++)
        expect(Math.abs(dictionary.gram(a, b) - expected.gram[a * 6 + b]!)).toBeLessThan(1e-9 * scale);
  });

  test("mixes the covariance with a multiple of the identity, in the proportion given", () => {
    const [none, half, full] = [0, 0.5, 1].map((shrinkage) => covariance(few, { shrinkage }));
    const mean = [0, 1, 2, 3, 4, 5].reduce((sum, a) => sum + none!.gram(a, a), 0) / 6;
    expect(half!.options).toMatchObject({ shrinkage: 0.5 });
    expect(half!.coordinates).toEqual([0, 1, 2, 4, 5, 6]);
    expect(half!.gram(1, 4)).toBeCloseTo(none!.gram(1, 4) / 2, 12);
    expect(half!.gram(1, 1)).toBeCloseTo((none!.gram(1, 1) + mean) / 2, 12);
    expect([full!.gram(1, 4), full!.gram(2, 2)]).toEqual([0, expect.closeTo(mean, 12)]);
  });

  test("does nothing if it is zero", () => {
    expect(covariance(few, { shrinkage: 0 }).atoms([0, 2, 5])).toEqual(covariance(few).atoms([0, 2, 5]));
  });

  test("keeps more atoms than samples linearly independent", () => {
    const data = Float32Array.of(1, 2, 0, 4, 3, 1, 2, 2, 5, 1, 0, 1); // three samples of four inputs
    const three = { domain: [4], batches: () => [{ rows: 3, cols: 4, data }] };
    const { jitter } = covariance(three, { ridge: 0 }).predictor([0, 1, 2, 3]);
    expect(jitter).toBeGreaterThan(0);
    expect(covariance(three, { ridge: 0, shrinkage: "ledoit-wolf" }).predictor([0, 1, 2, 3]).jitter).toBe(0);
  });

  test("does nothing to a single coordinate", () => {
    const one = { domain: [1], batches: () => [{ rows: 3, cols: 1, data: Float32Array.of(1, 2, 4) }] };
    for (const shrinkage of ["ledoit-wolf", "oas"] as const)
      expect(covariance(one, { shrinkage }).options).toMatchObject({ shrinkage: 0 });
  });

  test("reports bad input", () => {
    for (const shrinkage of [-0.1, 1.1, Number.NaN, "lw", null, true])
      expect(() => covariance(few, { shrinkage: shrinkage as number })).toThrow(
        RangeError(`covariance: shrinkage must be a number in [0, 1], ledoit-wolf or oas; got ${shrinkage}`),
      );
  });
});
