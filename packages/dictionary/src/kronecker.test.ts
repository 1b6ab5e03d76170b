import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { expect, test, vi } from "vitest";
import { type FactorColumns, kroneckerColumns, kroneckerProduct, once } from "./kronecker";
import { kronecker, matmul } from "./testing/linear-algebra";

const random = (rows: number, cols: number, name: string): Matrix => {
  const { normal } = stream(3, name);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, normal) };
};

/** Names of the cases, and the shapes of their factors. */
const cases = [
  ["one axis", [[7, 7]]],
  [
    "two axes, fewer columns than rows and more",
    [
      [5, 3],
      [4, 9],
    ],
  ],
  [
    "three axes, one of them of length one",
    [
      [6, 4],
      [1, 2],
      [5, 5],
    ],
  ],
  [
    "four axes",
    [
      [2, 3],
      [3, 2],
      [4, 1],
      [5, 6],
    ],
  ],
] as [string, [number, number][]][];

test("a product with two factors, worked by hand: x (A ⊗ B) = vec(Aᵀ X B), where X is x on the grid", () => {
  const a: Matrix = { rows: 2, cols: 1, data: Float32Array.of(1, 10) };
  const b: Matrix = { rows: 2, cols: 2, data: Float32Array.of(1, 2, 3, 4) };
  // X = [[1, 2], [3, 4]]: Aᵀ X = [31, 42], and [31, 42] B = [31 + 126, 62 + 168].
  expect([...kroneckerProduct([a, b])([1, 2, 3, 4])]).toEqual([157, 230]);
});

test.each(cases)("a product, %s, agrees with the formed product", (_, shapes) => {
  const factors = shapes.map(([rows, cols], axis) => random(rows, cols, `factor/${axis}`));
  const size = shapes.reduce((product, [, cols]) => product * cols, 1);
  const whole = kronecker(factors, [...Array(size).keys()]);
  const samples = random(3, whole.rows, "samples");
  samples.data.fill(0, 2, 9); // four zeros together are skipped, three are not
  const expected = matmul(samples, whole);
  const apply = kroneckerProduct(factors);
  for (let i = 0; i < samples.rows; i++) {
    const product = apply(samples.data.subarray(i * samples.cols, (i + 1) * samples.cols));
    expect(product).toHaveLength(size);
    const most = Math.max(...expected.data.map(Math.abs));
    product.forEach((value, j) => {
      expect(Math.abs(value - expected.data[i * size + j]!)).toBeLessThan(1e-6 * most);
    });
  }
});

/** Factor by its columns, in float64. */
const columns = ({ rows, cols, data }: Matrix): FactorColumns => ({
  rows,
  cols,
  column: (k) => Float64Array.from({ length: rows }, (_, i) => data[i * cols + k]!),
});

test("columns of two factors, worked by hand: those of B run fastest", () => {
  const a: Matrix = { rows: 2, cols: 2, data: Float32Array.of(1, 10, 100, 1000) };
  const b: Matrix = { rows: 2, cols: 1, data: Float32Array.of(2, 3) };
  const product = kroneckerColumns([a, b].map(columns), [1, 0]);
  expect(product).toEqual({ rows: 4, cols: 2, data: Float32Array.of(20, 2, 30, 3, 2000, 200, 3000, 300) });
});

test.each(cases)("columns, %s, in any order, agree with the formed product", (_, shapes) => {
  const factors = shapes.map(([rows, cols], axis) => random(rows, cols, `factor/${axis}`));
  const size = shapes.reduce((product, [, cols]) => product * cols, 1);
  const indices = [...stream(3, "indices").permutation(size).subarray(0, 20)];
  const [found, expected] = [kroneckerColumns(factors.map(columns), indices), kronecker(factors, indices)];
  expect([found.rows, found.cols]).toEqual([expected.rows, expected.cols]);
  found.data.forEach((value, at) => {
    expect(Math.abs(value - expected.data[at]!)).toBeLessThanOrEqual(1e-7 * Math.abs(expected.data[at]!));
  });
});

test("columns are rounded to float32 once: each factor alone would round to 1", () => {
  const factor = { rows: 1, cols: 1, column: () => Float64Array.of(1 + 0.75 * 2 ** -24) };
  expect(kroneckerColumns([factor, factor], [0]).data[0]).toBe(1 + 2 ** -23);
});

test("once computes nothing until it is called, and then one value for all calls", () => {
  const make = vi.fn(() => ({ value: 3 }));
  const value = once(make);
  expect(make).not.toHaveBeenCalled();
  expect(value()).toEqual({ value: 3 });
  expect(value()).toBe(value());
  expect(make).toHaveBeenCalledTimes(1);
});
