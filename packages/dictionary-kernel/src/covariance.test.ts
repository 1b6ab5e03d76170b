import { createRegistry, modulesOf, type SamplesSource } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/kernel-ridge.json";
import { type CovarianceOptions, covariance, covarianceModule } from "./covariance";
import modules, { kernelModule } from "./index";

/** Source of 120 smooth random images on [5, 6] with a border that is always zero, at most 25 per batch. */
function images(): SamplesSource {
  const { normal } = stream(7, "images");
  const data = Array.from({ length: 120 }, () => {
    const [a, b, c] = [normal(), normal(), normal()];
    return Array.from({ length: 30 }, (_, i) => {
      const [y, x] = [Math.floor(i / 6), i % 6];
      return y % 4 === 0 || x % 5 === 0 ? 0 : a * Math.cos(x) + b * Math.sin(y) + c * x + 0.3 * normal();
    });
  });
  return {
    domain: [5, 6],
    *batches() {
      for (let start = 0; start < 120; start += 25) {
        const rows = data.slice(start, start + 25);
        yield { rows: rows.length, cols: 30, data: Float32Array.from(rows.flat()) };
      }
    },
  };
}

describe("covariance keeps the laws", () => {
  const chosen: Json = { ridge: 0.01, center: "zero", of: "squares" };
  for (const law of laws)
    test(law.name, () =>
      law.check({ create: (options = chosen) => covarianceModule.create(images(), options), module: covarianceModule }),
    );
});

describe("covariance", () => {
  test.each(fixture.covariance)("agrees with scikit-learn on numpy's covariance of the $of", (expected) => {
    const { samples, count, size, of, ridge, indices, u, values, column } = expected;
    const source: SamplesSource = {
      domain: [size],
      batches: () => [{ rows: count, cols: size, data: Float32Array.from(samples) }],
    };
    const dictionary = covariance(source, { of: of as "inputs" | "squares", ridge });
    expect(dictionary.coordinates).toEqual([0, 1, 2, 4]); // coordinate 3 is constant
    const atoms = indices.map((coordinate) => dictionary.coordinates.indexOf(coordinate));
    const { data, rows, cols } = dictionary.atoms(atoms);
    expect([rows, cols]).toEqual([5, 2]);
    u.forEach((value, i) => {
      expect(Math.abs(data[i]! - value)).toBeLessThan(1e-6);
    });
    dictionary
      .predictor(atoms)
      .predict(values)
      .forEach((value, i) => {
        expect(Math.abs(value - column[i]!)).toBeLessThan(1e-9);
      });
  });

  test("offers the coordinates that vary, and predicts zero at those that do not", () => {
    const dictionary = covariance(images());
    expect(dictionary.coordinates).toEqual([7, 8, 9, 10, 13, 14, 15, 16, 19, 20, 21, 22]);
    expect(dictionary.size).toBe(12);
    const { data, rows } = dictionary.atoms([0]);
    const lit = Array.from({ length: rows }, (_, i) => i).filter((i) => data[i] !== 0);
    expect(lit).toEqual(dictionary.coordinates);
    // One atom: cov(x_i, x_α) / (var x_α + λ), at α itself just short of one.
    expect(data[7]).toBeGreaterThan(0.99);
    expect(data[7]).toBeLessThan(1);
  });

  test("predicts an input from the others better than its mean does", () => {
    const source = images();
    const dictionary = covariance(source);
    const indices = [0, 3, 5, 6, 9, 11];
    const { predict } = dictionary.predictor(indices);
    let [error, energy] = [0, 0];
    for (const { rows, cols, data } of source.batches())
      for (let row = 0; row < rows; row++) {
        const sample = data.subarray(row * cols, (row + 1) * cols);
        const predicted = predict(indices.map((index) => sample[dictionary.coordinates[index]!]!));
        for (const [i, value] of sample.entries()) {
          error += (value - predicted[i]!) ** 2;
          energy += value ** 2;
        }
      }
    expect(error / energy).toBeLessThan(0.1);
  });

  test("is learned; resolves its options", () => {
    const dictionary = covariance(images());
    expect(dictionary.traits).toEqual({
      orthonormal: false,
      independent: false,
      ordered: false,
      learned: true,
      coordinates: false, // the border is skipped
    });
    expect(dictionary.options).toEqual({ ridge: 1e-3, center: "mean", of: "inputs", shrinkage: 0 });
  });

  test("reports bad input", () => {
    const constant: SamplesSource = {
      domain: [2, 2],
      batches: () => [{ rows: 3, cols: 4, data: new Float32Array(12).fill(0.7) }],
    };
    expect(() => covariance(constant)).toThrow(
      RangeError("covariance: samples must vary in some coordinate; all 4 are constant"),
    );
    expect(() => covariance({ ...images(), domain: [5, 5] })).toThrow("samples must be [batch, 25]; got [25, 30]");
    expect(() => covariance(images(), { ridge: -1 })).toThrow(
      "covariance: ridge must be a number of at least 0; got -1",
    );
    const options: CovarianceOptions = { of: "cubes" as "squares" };
    expect(() => covariance(images(), options)).toThrow(
      RangeError("covariance: of must be one of inputs, squares; got cubes"),
    );
    expect(() => covarianceModule.create(images(), { center: true })).toThrow(
      RangeError("covariance: center must be one of mean, zero; got true"),
    );
    expect(() => covarianceModule.create(images(), { centered: true })).toThrow('no option "centered"');
  });
});

test("the default export is a list of modules that a registry accepts", () => {
  const registry = createRegistry();
  registry.register(...modulesOf(modules, "@weightcast/dictionary-kernel"));
  expect(registry.names()).toEqual(["covariance", "kernel", "kernel-fitted", "kmeans", "prior-covariance"]);
  expect(registry.get("kernel")).toBe(kernelModule);
});
