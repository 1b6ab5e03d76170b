import { stream } from "@weightcast/random";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { eigen } from "./eigen";

/** Largest |A v − λ v| and |V Vᵀ − I| over the vectors. */
function faults(matrix: Float64Array, n: number, count = n) {
  const { values, vectors } = eigen(matrix, n, count);
  const v = Array.from({ length: count }, (_, k) => vectors.subarray(k * n, (k + 1) * n));
  const at = (i: number, j: number) => matrix[Math.max(i, j) * n + Math.min(i, j)]!;
  let residual = 0;
  let overlap = 0;
  for (const [k, vector] of v.entries()) {
    for (let i = 0; i < n; i++)
      residual = Math.max(
        residual,
        Math.abs(vector.reduce((sum, x, j) => sum + at(i, j) * x, -values[k]! * vector[i]!)),
      );
    for (const [l, other] of v.entries())
      overlap = Math.max(overlap, Math.abs(vector.reduce((sum, x, i) => sum + x * other[i]!, k === l ? -1 : 0)));
  }
  return { values, residual, overlap };
}

const symmetric = (n: number, seed: number): Float64Array => {
  const { normal } = stream(seed, "matrix");
  const entries = Float64Array.from({ length: n * n }, normal);
  return entries.map((value, at) => (at % n <= Math.floor(at / n) ? value : Number.NaN)); // above: not to be read
};

describe("eigen", () => {
  test("of [[2, 1], [1, 2]]: 3 and 1", () => {
    const { values, vectors } = eigen(Float64Array.of(2, 0, 1, 2), 2);
    expect([...values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([3, 1]);
    expect(Math.abs(vectors[0]! - vectors[1]!)).toBeLessThan(1e-12);
    expect(Math.abs(vectors[2]! + vectors[3]!)).toBeLessThan(1e-12);
  });

  test.each([1, 2, 3, 7, 40, 101])(
    "of random matrices of %i: A v = λ v, orthonormal, ml-matrix's values (1e-12 n)",
    (n) => {
      const matrix = symmetric(n, n);
      const { values, residual, overlap } = faults(matrix, n);
      expect(residual).toBeLessThan(1e-12 * n);
      expect(overlap).toBeLessThan(1e-13 * n);
      const full = Matrix.zeros(n, n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          full.set(i, j, matrix[i * n + j]!);
          full.set(j, i, matrix[i * n + j]!);
        }
      const expected = [...new EigenvalueDecomposition(full, { assumeSymmetric: true }).realEigenvalues].sort(
        (a, b) => b - a,
      );
      for (const [k, value] of values.entries()) expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-12 * n);
    },
  );

  test.each<[string, number, (i: number, j: number) => number]>([
    ["zeros", 5, () => 0],
    ["a diagonal with equal values", 6, (i, j) => (i === j ? (i % 3) + 1 : 0)],
    ["ones: rank 1", 8, () => 1],
    ["sizes 1e-160 to 1e160", 5, (i, j) => (i === j ? 10 ** (80 * (i - 2)) : 0)],
    ["zeros beside the last row's diagonal", 4, (i, j) => (i === 3 && j < 3 ? 0 : 1 / (i + j + 1))],
  ])("of %s", (_, n, entry) => {
    const matrix = Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n));
    const { values, residual, overlap } = faults(matrix, n);
    const largest = Math.max(...values.map(Math.abs));
    expect(residual).toBeLessThanOrEqual(1e-14 * n * largest);
    expect(overlap).toBeLessThan(1e-13);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });

  test("as many vectors as wanted, those of the largest values", () => {
    const matrix = symmetric(20, 3);
    expect(eigen(matrix, 20, 4).vectors).toEqual(eigen(matrix, 20).vectors.slice(0, 80));
    expect(faults(matrix, 20, 4).residual).toBeLessThan(1e-12);
  });
});
