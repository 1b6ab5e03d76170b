import type { SamplesSource } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import type { Json } from "@weightcast/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/atoms.json";
import { kmeans, kmeansModule } from "./kmeans";

const source = (cols: number, samples: readonly number[], batch = 7): SamplesSource => ({
  domain: [cols],
  *batches() {
    for (let at = 0; at < samples.length; at += batch * cols) {
      const data = Float32Array.from(samples.slice(at, at + batch * cols));
      yield { rows: data.length / cols, cols, data };
    }
  },
});
const { normal } = stream(2, "samples");
const noise = Array.from({ length: 90 * 15 }, (_, i) => (i % 4 === 0 ? 0 : normal()));

/** All centroids, as one list each. */
function centroidsOf(samples: SamplesSource, options: Parameters<typeof kmeans>[1]): number[][] {
  const dictionary = kmeans(samples, options);
  const { rows, cols, data } = dictionary.atoms(Array.from({ length: dictionary.size }, (_, j) => j));
  return Array.from({ length: cols }, (_, j) => Array.from({ length: rows }, (_, i) => data[i * cols + j]!));
}
const apart = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + (v - y[i]!) ** 2, 0);
const points = (cols: number, samples: readonly number[]) =>
  Array.from({ length: samples.length / cols }, (_, i) => [
    ...Float32Array.from(samples.slice(i * cols, (i + 1) * cols)),
  ]);
const nearest = (x: readonly number[], centroids: readonly (readonly number[])[]) =>
  centroids.reduce((best, c, j) => (apart(x, c) < apart(x, centroids[best]!) ? j : best), 0);
const inertia = (all: readonly number[][], centroids: readonly number[][]) =>
  all.reduce((sum, x) => sum + apart(x, centroids[nearest(x, centroids)]!), 0);

describe("kmeans keeps the laws", () => {
  const choices: readonly Json[] = [
    { size: 9, seed: 3, iterations: 4 },
    { size: 40, seed: 1, iterations: 30 }, // more centroids than dimensions
  ];
  describe.each(choices)("%j", (chosen) => {
    const create = (options: Json = chosen) => kmeansModule.create(source(15, noise), options);
    for (const law of laws) test(law.name, () => law.check({ create, module: kmeansModule }));
  });
});

describe("kmeans", () => {
  test("finds the clusters that scikit-learn finds", () => {
    const { k, size, samples, centroids } = fixture.clusters;
    const found = centroidsOf(source(size, samples), { size: k, iterations: 50, seed: 5 });
    found.sort((a, b) => a[2]! - b[2]! || a[1]! - b[1]! || a[0]! - b[0]!);
    found.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(centroids[i]!, 5);
    });
  });

  test("ends with every centroid at the mean of the samples nearest to it", () => {
    const all = points(15, noise);
    const centroids = centroidsOf(source(15, noise), { size: 12, iterations: 100, seed: 1 });
    const labels = all.map((x) => nearest(x, centroids));
    centroids.forEach((centroid, c) => {
      const members = all.filter((_, i) => labels[i] === c);
      expect(members.length).toBeGreaterThan(0);
      centroid.forEach((value, i) => {
        expect(value).toBeCloseTo(members.reduce((sum, x) => sum + x[i]!, 0) / members.length, 5);
      });
    });
  });

  test("takes the same steps as plain Lloyd's iterations", () => {
    const all = points(15, noise);
    const at = (iterations: number) => centroidsOf(source(15, noise), { size: 10, iterations, seed: 9 });
    let plain = at(1);
    for (let iterations = 2; iterations < 7; iterations++) {
      const labels = all.map((x) => nearest(x, plain));
      plain = plain.map((_, c) => {
        const members = all.filter((_, i) => labels[i] === c);
        return plain[c]!.map((_, i) => members.reduce((sum, x) => sum + x[i]!, 0) / members.length);
      });
      const bounded = at(iterations);
      bounded.flat().forEach((value, i) => {
        expect(value).toBeCloseTo(plain.flat()[i]!, 5);
      });
    }
  });

  test("improves with every iteration", () => {
    const all = points(15, noise);
    const costs = [1, 2, 4, 8].map((iterations) =>
      inertia(all, centroidsOf(source(15, noise), { size: 10, iterations, seed: 9 })),
    );
    expect(costs.every((cost, i) => i === 0 || cost <= costs[i - 1]! + 1e-9)).toBe(true);
    expect(costs[3]).toBeLessThan(costs[0]!);
  });

  test("gives the distinct samples themselves if there are as many centroids, however often each occurs", () => {
    const distinct = [1, 0, 0, 2, 3, 3, -1, 5];
    const samples = [...distinct, ...distinct, 0, 0, ...distinct, 1, 0, 1, 0];
    const found = centroidsOf(source(2, samples), { size: 4, iterations: 20 });
    expect(found.map(String).sort()).toEqual(points(2, distinct).map(String).sort());
    expect(() => kmeans(source(2, samples), { size: 5 })).toThrow(
      RangeError(
        "kmeans: size must be at most the number of distinct samples that are not zero; got 5 for 14 samples, or repeated ones",
      ),
    );
  });

  test("centroids are distinct, even if clusters become empty or meet", () => {
    const value = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 40 }),
        fc.nat(30),
        fc.integer({ min: 1, max: 4 }),
        (rows, seed, iterations) => {
          const distinct = new Set(rows.filter(([x, y]) => x !== 0 || y !== 0).map(String)).size;
          fc.pre(distinct > 0);
          for (const size of new Set([1, Math.ceil(distinct / 2), distinct])) {
            const found = centroidsOf(source(2, rows.flat()), { size, seed, iterations });
            expect(new Set(found.map(String)).size).toBe(size);
            expect(found.flat().every(Number.isFinite)).toBe(true);
          }
        },
      ),
      { seed: 8, numRuns: sweep(100) },
    );
  });

  test("resolves its options", () => {
    const dictionary = kmeans(source(15, noise));
    expect(dictionary.options).toEqual({ size: 15, seed: 0, iterations: 10 });
    expect(dictionary.traits).toEqual({ orthonormal: false, independent: true, ordered: false, learned: true });
  });

  test("reports bad input", () => {
    const some = source(15, noise);
    expect(() => kmeans(some, { size: 0 })).toThrow(RangeError("kmeans: size must be a positive integer; got 0"));
    for (const option of ["size", "iterations"])
      for (const value of ["3", null, true])
        expect(() => kmeansModule.create(some, { [option]: value })).toThrow(RangeError);
    expect(() => kmeansModule.create(some, { seed: "3" })).toThrow("seed must be a safe integer; got 3");
    expect(() => kmeans(some, { iterations: 1.5 })).toThrow("iterations must be a positive integer; got 1.5");
    expect(() => kmeans(some, { seed: 0.5 })).toThrow("seed must be a safe integer; got 0.5");
    expect(() => kmeans(some, { size: 91 })).toThrow("got 91 for 90 samples");
    expect(() => kmeans({ ...some, domain: [4, 4] })).toThrow(
      RangeError("kmeans: samples must be [batch, 16]; got [7, 15] with 105 numbers"),
    );
    expect(() => kmeans(source(2, [1, Number.NaN]))).toThrow(RangeError("kmeans: samples must be finite numbers"));
    expect(() => kmeans(source(2, [0, 0]), { size: 1 })).toThrow("got 1 for 0 samples");
    expect(() => kmeansModule.create(some, { k: 3 })).toThrow('kmeans: there is no option "k"');
  });
});
