import { uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import type { Matrix } from "@weightcast/types";
import fc from "fast-check";
import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { describe, expect, test, vi } from "vitest";
import { kernelFunction } from "./kernel-function";
import { kernelRidge } from "./kernel-ridge";

const squaredExponential = kernelFunction("squared-exponential");
const matern = kernelFunction("matern-3/2", { lengthScale: 2 });
const mixture = (i: readonly number[], j: readonly number[]) => squaredExponential(i, j) + 0.5 * matern(i, j);

describe("kernelRidge keeps the laws", () => {
  for (const law of laws)
    test(law.name, () => law.check({ create: () => kernelRidge([5, 6], mixture, { ridge: 0.1 }) }));
});

/** U from its definition, row by row: Gaussian elimination with pivoting of (K_α + λI) u_i = k_i. */
function direct(domain: readonly [number, number], indices: readonly number[], ridge: number): number[][] {
  const position = (index: number) => [Math.floor(index / domain[1]), index % domain[1]] as const;
  const k = (a: number, b: number) => mixture(position(a), position(b));
  return Array.from({ length: domain[0] * domain[1] }, (_, i) => {
    const system = indices.map((a, row) => [...indices.map((b, col) => k(a, b) + (row === col ? ridge : 0)), k(a, i)]);
    return gauss(system);
  });
}

function gauss(system: number[][]): number[] {
  const n = system.length;
  for (let step = 0; step < n; step++) {
    const pivot = system.reduce(
      (best, row, r) => (r > step && Math.abs(row[step]!) > Math.abs(system[best]![step]!) ? r : best),
      step,
    );
    [system[step], system[pivot]] = [system[pivot]!, system[step]!];
    for (let row = 0; row < n; row++) {
      if (row === step) continue;
      const factor = system[row]![step]! / system[step]![step]!;
      for (let col = step; col <= n; col++) system[row]![col]! -= factor * system[step]![col]!;
    }
  }
  return system.map((row, i) => row[n]! / row[i]!);
}

const furthest = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value)));
};
const dense = ({ rows, cols, data }: Matrix) =>
  new Dense(Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]));
const selection = (size: number) => fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 9 });
const positive = fc.double({ min: 1e-4, max: 2, noNaN: true });

describe("kernelRidge", () => {
  test("of two points is the inverse of a 2 × 2 matrix", () => {
    const [ridge, k] = [0.2, Math.exp(-2)];
    const { data } = kernelRidge([5], squaredExponential, { ridge }).atoms([1, 3]); // two pixels apart
    const determinant = (1 + ridge) ** 2 - k ** 2;
    const row = (toFirst: number, toSecond: number) => [
      ((1 + ridge) * toFirst - k * toSecond) / determinant,
      ((1 + ridge) * toSecond - k * toFirst) / determinant,
    ];
    const near = Math.exp(-0.5);
    const far = Math.exp(-4.5);
    const expected = [row(near, far), row(1, k), row(near, near), row(k, 1), row(far, near)].flat();
    expected.forEach((value, i) => {
      expect(data[i]).toBeCloseTo(value, 7);
    });
  });

  test("agrees with a direct solve, both U and predictions", () => {
    fc.assert(
      fc.property(selection(20), positive, fc.integer(), (indices, ridge, seed) => {
        const expected = direct([4, 5], indices, ridge);
        const dictionary = kernelRidge([4, 5], mixture, { ridge });
        const { data } = dictionary.atoms(indices);
        expect(furthest(data, expected.flat())).toBeLessThan(1e-6); // float32
        const values = indices.map((_, a) => Math.sin(seed + a));
        const predictor = dictionary.predictor(indices);
        expect(predictor.ridge).toBe(ridge);
        const column = expected.map((row) => row.reduce((sum, u, a) => sum + u * values[a]!, 0));
        expect(furthest(predictor.predict(values), column)).toBeLessThan(1e-10);
      }),
      { seed: 2 },
    );
  });

  test("as the ridge goes to zero it interpolates: the rows of U at the atoms are the identity", () => {
    fc.assert(
      fc.property(selection(30), (indices) => {
        const { data, cols } = kernelRidge([5, 6], mixture, { ridge: 1e-9 }).atoms(indices);
        const rows = indices.flatMap((coordinate) => [...data.subarray(coordinate * cols, (coordinate + 1) * cols)]);
        const identity = indices.flatMap((_, a) => indices.map((_, b) => (a === b ? 1 : 0)));
        expect(furthest(rows, identity)).toBeLessThan(1e-6);
      }),
      { seed: 3 },
    );
  });

  test("the span of U does not depend on the ridge", () => {
    fc.assert(
      fc.property(selection(30), positive, positive, (indices, one, other) => {
        const u = dense(kernelRidge([5, 6], mixture, { ridge: one }).atoms(indices));
        const basis = new QrDecomposition(dense(kernelRidge([5, 6], mixture, { ridge: other }).atoms(indices)))
          .orthogonalMatrix;
        const outside = Dense.sub(u, basis.mmul(basis.transpose().mmul(u)));
        expect(outside.norm("frobenius") / u.norm("frobenius")).toBeLessThan(1e-5); // float32, times conditioning
      }),
      { seed: 4 },
    );
  });

  test("a prediction is U times the values, and linear in them", () => {
    const dictionary = kernelRidge([6, 7], mixture);
    const indices = uniform(42, 10, 1);
    const { data, rows, cols } = dictionary.atoms(indices);
    const { predict } = dictionary.predictor(indices);
    const [a, b] = [indices.map((i) => Math.sin(i)), indices.map((i) => Math.cos(3 * i))];
    const both = predict(a.map((value, i) => 2 * value - b[i]!));
    const [first, second] = [predict(a), predict(Float32Array.from(b))];
    for (let i = 0; i < rows; i++) {
      expect(both[i]).toBeCloseTo(2 * first[i]! - second[i]!, 6);
      const product = a.reduce((sum, value, j) => sum + data[i * cols + j]! * value, 0);
      expect(first[i]).toBeCloseTo(product, 5);
    }
  });

  test("leaves the values alone and gives the caller a column of its own", () => {
    const { predict } = kernelRidge([3, 3], mixture).predictor([4, 1]);
    const values = Object.freeze([1, 2]);
    const column = predict(values);
    const copy = column.slice();
    column.fill(0);
    expect(predict(values)).toEqual(copy);
  });

  test("adds jitter if the kernel matrix is singular to working precision, reports it, and still predicts", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const broad = kernelFunction("squared-exponential", { lengthScale: 6 });
    const all = Array.from({ length: 100 }, (_, i) => i);
    const dictionary = kernelRidge([10, 10], broad, { ridge: 0 });
    const { jitter, predict } = dictionary.predictor(all);
    expect(jitter).toBeGreaterThan(0);
    expect(jitter).toBeLessThanOrEqual(1e-10); // the first or second jitter is enough
    expect(dictionary.atoms(all).data.every(Number.isFinite)).toBe(true);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    const plane = all.map((i) => Math.floor(i / 10) - 2 * (i % 10));
    predict(plane).forEach((value, i) => {
      expect(Math.abs(value - plane[i]!)).toBeLessThan(1e-2);
    });
    // No jitter is added to a well-conditioned matrix.
    expect(kernelRidge([10, 10], squaredExponential, { ridge: 0 }).predictor(all).jitter).toBe(0);
  });

  test("is learned, as no recipe can recreate it; the default ridge is 1e-3", () => {
    const dictionary = kernelRidge([4], mixture);
    expect(dictionary.traits.learned).toBe(true);
    expect(dictionary.options).toEqual({ ridge: 1e-3 });
  });

  test("reports bad input", () => {
    const distance = (i: readonly number[], j: readonly number[]) => Math.abs(i[0]! - j[0]!);
    expect(() => kernelRidge([4], distance).atoms([0, 3])).toThrow(
      RangeError(
        "kernel-function: K + λI of 2 atoms must be positive definite; with λ = 0.001 it is not, nor with jitter up to 1e-6 of its diagonal; use a positive semidefinite kernel or a larger ridge",
      ),
    );
    expect(() => kernelRidge([4], () => -1, { ridge: 0 }).atoms([0, 3])).toThrow("must be positive definite");
    expect(() => kernelRidge([4], (i, j) => i[0]! - j[0]!).atoms([0, 3])).toThrow(
      RangeError("kernel-function: the kernel must be symmetric and finite; k(3, 0) = 3 and k(0, 3) = -3"),
    );
    expect(() => kernelRidge([4], (i, j) => 1 + 1e-6 * (i[0]! - j[0]!)).atoms([0, 3])).toThrow("must be symmetric");
    expect(() => kernelRidge([4], () => Number.NaN).atoms([0])).toThrow("k(0, 0) = NaN");
    expect(() => kernelRidge([4], "rbf" as never)).toThrow(
      TypeError("kernel-function: kernel must be a function of two positions; got string"),
    );
    expect(() => kernelRidge([4], mixture).predictor([4])).toThrow(
      RangeError("kernel-function: indices must be integers in [0, 3]; got 4"),
    );
    const { predict } = kernelRidge([4], mixture).predictor([0, 1]);
    expect(() => predict([1])).toThrow(
      RangeError("kernel-function: predict takes one finite number for each of 2 atoms; got [1]"),
    );
    expect(() => predict([1, Number.NaN])).toThrow("got [1,NaN]");
  });
});
