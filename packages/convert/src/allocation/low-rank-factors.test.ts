import { stream } from "@weightcast/random";
import { CholeskyDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { expect, test } from "vitest";
import { lowRankFactors } from "./low-rank-factors";

const normal = (name: string, rows: number, cols: number): Matrix => {
  const random = stream(3, name);
  return new Matrix(Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.normal())));
};
const numbers = (matrix: Matrix) => Float64Array.from(matrix.to1DArray());

test.each([
  ["more inputs than outputs", 9, 5, true],
  ["more outputs than inputs", 5, 9, true],
  ["as many of both", 6, 6, true],
  ["weights alone, high", 9, 5, false],
  ["weights alone, wide", 5, 9, false],
])("%s: every rank leaves over what Eckart and Young say", (_, inputs, outputs, weighted) => {
  const w = normal("w", inputs, outputs);
  const rows = normal("x", 40, inputs);
  const c = weighted ? rows.transpose().mmul(rows) : Matrix.eye(inputs);
  // Oracle: singular values of Lᵀ W, with C = L Lᵀ.
  const l = new CholeskyDecomposition(c).lowerTriangularMatrix;
  const { diagonal } = new SingularValueDecomposition(l.transpose().mmul(w));
  const { size, rest, at } = lowRankFactors(numbers(w), inputs, weighted ? numbers(c) : undefined);
  expect(size).toBe(Math.min(inputs, outputs));
  for (let rank = 1; rank <= size; rank++) {
    const { u, v } = at(rank);
    const product = Matrix.from1DArray(inputs, rank, [...u]).mmul(Matrix.from1DArray(rank, outputs, [...v]));
    const off = l.transpose().mmul(product.sub(w));
    const expected = diagonal.slice(rank).reduce((sum, value) => sum + value * value, 0);
    expect(off.norm() ** 2).toBeCloseTo(expected, 8);
    expect(rest[rank]).toBeCloseTo(expected, 8);
  }
});

test("inputs that are never there don't break it", () => {
  const w = normal("w", 3, 7);
  const c = new Matrix([
    [2, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
  const { u, v } = lowRankFactors(numbers(w), 3, numbers(c)).at(2);
  const product = Matrix.from1DArray(3, 2, [...u]).mmul(Matrix.from1DArray(2, 7, [...v]));
  expect(product.sub(w).subMatrix(0, 1, 0, 6).norm()).toBeLessThan(1e-5);
});
