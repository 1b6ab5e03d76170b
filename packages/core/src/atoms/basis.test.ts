import type { Matrix } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { inBasis } from "./basis";

const matrix = (rows: number, cols: number, name: string, scale = (_: number) => 1): Matrix => {
  const { normal } = stream(4, name);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, k) => scale(k % cols) * normal()) };
};

/** aᵀ b, in float64. */
const gram = (a: Matrix, b: Matrix): number[][] =>
  Array.from({ length: a.cols }, (_, p) =>
    Array.from({ length: b.cols }, (_, q) => {
      let sum = 0;
      for (let i = 0; i < a.rows; i++) sum += a.data[i * a.cols + p]! * b.data[i * b.cols + q]!;
      return sum;
    }),
  );

/** Largest part of u's atoms outside the span of orthonormal q, as a share of their lengths. */
const outside = (u: Matrix, q: Matrix): number => {
  const along = gram(q, u);
  const lengths = gram(u, u);
  return Math.max(
    ...Array.from({ length: u.cols }, (_, j) => {
      let rest = 0;
      for (let i = 0; i < u.rows; i++) {
        let value = u.data[i * u.cols + j]!;
        for (let k = 0; k < q.cols; k++) value -= q.data[i * q.cols + k]! * along[k]![j]!;
        rest += value * value;
      }
      return Math.sqrt(rest / lengths[j]![j]!);
    }),
  );
};

/** Atoms that are all nearly the same: a common part, and a thousandth of an individual one. */
const nearlyDependent = (rows: number, cols: number): Matrix => {
  const [common, individual] = [matrix(rows, 1, "common"), matrix(rows, cols, "own")];
  return { rows, cols, data: individual.data.map((value, k) => common.data[Math.floor(k / cols)]! + 1e-3 * value) };
};

describe("orthonormal", () => {
  test.each([
    ["normal atoms", matrix(40, 12, "tall")],
    ["as many as there are coordinates", matrix(25, 25, "square")],
    ["of lengths from 1e-6 to 1e6", matrix(30, 13, "scaled", (j) => 10 ** (j - 6))],
    ["nearly dependent", nearlyDependent(64, 16)],
    ["one atom", matrix(9, 1, "one")],
  ])("%s: QᵀQ = I, the same span, and R's diagonal positive", (_, u) => {
    const q = inBasis(u, "orthonormal");
    for (const [p, row] of gram(q, q).entries())
      for (const [k, value] of row.entries()) expect(Math.abs(value - (p === k ? 1 : 0))).toBeLessThan(1e-6);
    expect(outside(u, q)).toBeLessThan(1e-6);
    const r = gram(q, u);
    // R is triangular: atom j has no component along later basis vectors.
    for (const [k, row] of r.entries())
      for (const [j, value] of row.entries())
        if (j < k) expect(Math.abs(value)).toBeLessThan(1e-6 * Math.sqrt(gram(u, u)[j]![j]!));
        else if (j === k) expect(value).toBeGreaterThan(0);
    expect(inBasis(u, "orthonormal")).toEqual(q);
  });

  test("worked by hand: (3, 4) and (1, 0) become (0.6, 0.8) and (0.8, −0.6)", () => {
    const q = inBasis({ rows: 2, cols: 2, data: Float32Array.of(3, 1, 4, 0) }, "orthonormal");
    expect([...q.data]).toEqual([0.6, 0.8, 0.8, -0.6].map(Math.fround));
  });

  test("dependent atoms and a zero atom are refused", () => {
    const twice = { rows: 3, cols: 2, data: Float32Array.of(1, 2, 3, 6, 5, 10) };
    expect(() => inBasis(twice, "orthonormal")).toThrow(
      RangeError(
        'core: atom 1 of a column is a combination of the ones before it, so they have no orthonormal basis; lower the rank, or choose basis "atoms"',
      ),
    );
    expect(() => inBasis(matrix(3, 4, "wide"), "orthonormal")).toThrow(
      "4 atoms of 3 coordinates have no orthonormal basis",
    );
    const zero = { rows: 2, cols: 2, data: Float32Array.of(1, 0, 2, 0) };
    for (const basis of ["orthonormal", "normalized"] as const)
      expect(() => inBasis(zero, basis)).toThrow("core: atom 1 of a column is zero and can't be normalized");
    expect(inBasis(zero, "atoms")).toBe(zero);
  });
});

test("normalized: each atom separately, keeping its direction", () => {
  const u = { rows: 2, cols: 2, data: Float32Array.of(3, 0, 4, -0.5) };
  expect([...inBasis(u, "normalized").data]).toEqual([0.6, 0, 0.8, -1].map(Math.fround));
  expect([...u.data]).toEqual([3, 0, 4, -0.5]);
});
