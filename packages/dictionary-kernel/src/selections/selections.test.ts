import { uniform } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import fixture from "../../fixtures/atoms.json";
import { covariance, covarianceModule } from "../covariance";
import { kernel, kernelModule } from "../kernel";
import { kernelFunction } from "../kernel-function";
import { type KernelRidge, kernelRidge } from "../kernel-ridge";
import { kmeans } from "../kmeans";
import { kernelFittedModule } from "../length-scale";
import { farthestPoint } from "./farthest-point";
import { leverage, leverageScores } from "./leverage";
import { pivotedCholesky } from "./pivoted-cholesky";

const grid = kernel([8, 8], { lengthScale: 1.5 });
/** Kernel that is not a function of the distance: variances differ, and one input never changes. */
const uneven = (() => {
  const { normal } = stream(3, "uneven");
  const data = Float32Array.from({ length: 50 * 20 }, (_, at) => (at % 20 === 4 ? 1 : (at % 20) * normal() + (at % 7)));
  return covariance({ domain: [20], batches: () => [{ rows: 50, cols: 20, data }] });
})();
const greedy: typeof pivotedCholesky = (dictionary, count, options) =>
  pivotedCholesky(dictionary, count, { ...options, pivot: "greedy" });

const choices = { leverage, farthestPoint, pivotedCholesky, greedy };

describe.each(Object.entries(choices))("%s", (name, choose) => {
  test("gives sets of distinct atoms, ascending, that depend only on seed and name", () => {
    for (const dictionary of [grid, uneven])
      for (const count of [1, 7, dictionary.size]) {
        const sets = choose(dictionary, count, { seed: 5, columns: 3 });
        expect(sets).toHaveLength(3);
        for (const set of sets) {
          expect(set).toHaveLength(count);
          expect(set.every((index, i) => Number.isInteger(index) && index > (set[i - 1] ?? -1))).toBe(true);
          expect(dictionary.atoms(set).cols).toBe(count); // in range
        }
        expect(choose(dictionary, count, { seed: 5, columns: 3 })).toEqual(sets);
        expect(choose(dictionary, count, { seed: 5 })).toEqual([sets[0]]); // a column does not depend on how many there are
      }
  });

  test("draws different atoms for a different seed, name or column", () => {
    const [first, second] = choose(grid, 12, { seed: 5, columns: 2 });
    expect(second).not.toEqual(first);
    expect(choose(grid, 12, { seed: 6 })[0]).not.toEqual(first);
    expect(choose(grid, 12, { seed: 5, name: "layer" })[0]).not.toEqual(first);
  });

  test("gives as many atoms as requested even if the rank of K is lower", () => {
    const flat = kernelRidge([12], (i, j) => 1 + i[0]! * j[0]!); // rank 2
    expect(new Set(choose(flat, 7)[0]).size).toBe(7);
  });

  test("reports bad input", () => {
    const who = name === "greedy" ? "pivotedCholesky" : name;
    for (const count of [0, 65, 1.5])
      expect(() => choose(grid, count)).toThrow(
        RangeError(`${who}: count must be an integer in [1, 64], the atoms on offer; got ${count}`),
      );
    expect(() => choose(grid, 3, { columns: 0 })).toThrow(`${who}: columns must be a positive integer; got 0`);
    expect(() => choose(grid, 3, { seed: 0.5 })).toThrow("seed must be a safe integer; got 0.5");
  });
});

describe("leverage", () => {
  test.each(fixture.leverage)("scores agree with NumPy's: $domain, dimension $dimension", (expected) => {
    const { domain, lengthScale, dimension, scores } = expected;
    const actual = leverageScores(kernel(domain, { lengthScale }), dimension);
    expect(actual).toHaveLength(scores.length);
    scores.forEach((score, i) => {
      expect(Math.abs(actual[i]! - score)).toBeLessThan(1e-9);
    });
  });

  test("draws atoms in proportion to their scores", () => {
    const scores = leverageScores(uneven, 1);
    const counts = new Float64Array(uneven.size);
    for (const [index] of leverage(uneven, 1, { seed: 2, columns: 4000 })) counts[index!]! += 1;
    // χ² with 18 degrees of freedom, p = 0.001; scores of one atom add up to one.
    const chiSquare = counts.reduce((sum, seen, i) => sum + (seen - 4000 * scores[i]!) ** 2 / (4000 * scores[i]!), 0);
    expect(uneven.size).toBe(19);
    expect(chiSquare).toBeLessThan(42.3);
  });

  test("stays finite if the rank of K is too low", () => {
    const smooth = kernelRidge([6, 6], kernelFunction("squared-exponential", { lengthScale: 9 }));
    const scores = leverageScores(smooth, 35);
    expect(scores.every((score) => score > 0 && score <= 1 + 1e-6)).toBe(true);
    expect(leverageScores(smooth, 36)).toEqual(new Float64Array(36).fill(1));
    expect(() => leverageScores(smooth, 0)).toThrow(
      RangeError("leverageScores: dimension must be a number in (0, 36]; got 0"),
    );
    expect(() => leverageScores(smooth, "2" as never)).toThrow("dimension must be a number in (0, 36]; got 2");
  });
});

describe("farthestPoint", () => {
  const apart = ({ gram }: KernelRidge, i: number, j: number) => gram(i, i) + gram(j, j) - 2 * gram(i, j);
  const within = (dictionary: KernelRidge, i: number, set: readonly number[]) =>
    Math.min(...set.map((j) => apart(dictionary, i, j)));

  test.each([0, 1, 2])("makes the greedy choice by brute force from a random start (seed %d)", (seed) => {
    for (const dictionary of [grid, uneven]) {
      const order = [...stream(seed, "atoms/0").permutation(dictionary.size)];
      const chosen = [order[0]!];
      while (chosen.length < 9) {
        const rest = order.filter((i) => !chosen.includes(i));
        const gaps = rest.map((i) => within(dictionary, i, chosen));
        chosen.push(rest[gaps.indexOf(Math.max(...gaps))]!);
      }
      expect(farthestPoint(dictionary, 9, { seed })).toEqual([chosen.sort((a, b) => a - b)]);
    }
  });

  test("leaves no atom more than twice as far away as the best choice of three", () => {
    const line = kernel([3, 4], { lengthScale: 2 });
    const cover = (set: readonly number[]) =>
      Math.sqrt(Math.max(...Array.from({ length: 12 }, (_, i) => within(line, i, set))));
    let best = Number.POSITIVE_INFINITY;
    for (let a = 0; a < 12; a++)
      for (let b = 0; b < a; b++) for (let c = 0; c < b; c++) best = Math.min(best, cover([a, b, c]));
    for (const set of farthestPoint(line, 3, { columns: 8 })) expect(cover(set)).toBeLessThanOrEqual(2 * best + 1e-12);
  });
});

describe("pivotedCholesky", () => {
  /** tr(K − K_:α K_α⁻¹ K_α:) */
  function left({ size, gram }: KernelRidge, set: readonly number[]): number {
    const block = inverse(new Matrix(set.map((a) => set.map((b) => gram(a, b)))));
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const row = Matrix.rowVector(set.map((a) => gram(i, a)));
      sum += gram(i, i) - row.mmul(block).mmul(row.transpose()).get(0, 0);
    }
    return sum;
  }
  const mean = (dictionary: KernelRidge, sets: readonly number[][]) =>
    sets.reduce((sum, set) => sum + left(dictionary, set), 0) / sets.length;

  test("leaves less of K than a uniform choice, on average over 20 sets for each of 3 seeds", () => {
    for (const dictionary of [grid, uneven])
      for (const seed of [1, 2, 3]) {
        const columns = 20;
        const even = Array.from({ length: columns }, (_, c) => uniform(dictionary.size, 12, seed, `atoms/${c}`));
        const [random, most] = [pivotedCholesky, greedy].map((choose) =>
          mean(dictionary, choose(dictionary, 12, { seed, columns })),
        );
        expect(random).toBeLessThan(mean(dictionary, even));
        expect(most).toBeLessThan(mean(dictionary, even));
      }
  });

  test("greedy pivots are the atoms with most left, by brute force", () => {
    const chosen: number[] = [];
    while (chosen.length < 8) {
      const rest = Array.from({ length: 19 }, (_, i) => i).filter((i) => !chosen.includes(i));
      const remaining = rest.map((i) => {
        if (chosen.length === 0) return uneven.gram(i, i);
        const block = inverse(new Matrix(chosen.map((a) => chosen.map((b) => uneven.gram(a, b)))));
        const row = Matrix.rowVector(chosen.map((a) => uneven.gram(i, a)));
        return uneven.gram(i, i) - row.mmul(block).mmul(row.transpose()).get(0, 0);
      });
      chosen.push(rest[remaining.indexOf(Math.max(...remaining))]!);
    }
    expect(greedy(uneven, 8)).toEqual([chosen.sort((a, b) => a - b)]);
  });

  test("the first random pivot is drawn in proportion to k(i, i)", () => {
    const counts = new Float64Array(19);
    for (const [index] of pivotedCholesky(uneven, 1, { columns: 4000 })) counts[index!]! += 1;
    const diagonal = Array.from(counts, (_, i) => uneven.gram(i, i));
    const total = diagonal.reduce((a, b) => a + b);
    const chiSquare = diagonal.reduce((sum, value, i) => {
      const expected = (4000 * value) / total;
      return sum + (counts[i]! - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(42.3); // 18 degrees of freedom, p = 0.001
  });

  test("refuses any other pivot", () => {
    expect(() => pivotedCholesky(grid, 3, { pivot: "first" as "random" })).toThrow(
      RangeError("pivotedCholesky: pivot must be random or greedy; got first"),
    );
  });
});

describe("selections of the modules", () => {
  test("are the functions, by name, for every dictionary of kernel ridge regression", () => {
    for (const module of [kernelModule, kernelFittedModule, covarianceModule])
      expect(Object.keys(module.selections!)).toEqual(["leverage", "farthest-point", "pivoted-cholesky"]);
    const { selections } = kernelModule;
    const options = { seed: 5, columns: 3 };
    for (const dictionary of [grid, uneven]) {
      expect(selections!.leverage!(dictionary, 7, options)).toEqual(leverage(dictionary, 7, options));
      expect(selections!["farthest-point"]!(dictionary, 7, options)).toEqual(farthestPoint(dictionary, 7, options));
      expect(selections!["pivoted-cholesky"]!(dictionary, 7, options)).toEqual(pivotedCholesky(dictionary, 7, options));
    }
  });

  test("refuse other dictionaries", () => {
    const centroids = kmeans(
      { domain: [2], batches: () => [{ rows: 1, cols: 2, data: Float32Array.of(1, 2) }] },
      { size: 1 },
    );
    expect(() => kernelModule.selections!.leverage!(centroids, 1, { seed: 0, columns: 1 })).toThrow(
      RangeError(
        "selection leverage needs a dictionary of kernel ridge regression, such as kernel or covariance; got kmeans",
      ),
    );
  });
});
