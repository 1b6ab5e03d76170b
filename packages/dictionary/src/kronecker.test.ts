import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { kroneckerProduct } from "./kronecker";
import type { Matrix } from "./matrix";
import { kronecker, matmul } from "./testing/linear-algebra";

const random = (rows: number, cols: number, name: string): Matrix => {
  const { normal } = stream(3, name);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, normal) };
};

test("of two factors, worked by hand: x (A ⊗ B) = vec(Aᵀ X B), X being x on the grid", () => {
  const a: Matrix = { rows: 2, cols: 1, data: Float32Array.of(1, 10) };
  const b: Matrix = { rows: 2, cols: 2, data: Float32Array.of(1, 2, 3, 4) };
  // X = [[1, 2], [3, 4]]: Aᵀ X = [31, 42], and [31, 42] B = [31 + 126, 62 + 168].
  expect([...kroneckerProduct([a, b])([1, 2, 3, 4])]).toEqual([157, 230]);
});

test.each([
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
] as [string, [number, number][]][])("of %s, against the product that is formed", (_, shapes) => {
  const factors = shapes.map(([rows, cols], axis) => random(rows, cols, `factor/${axis}`));
  const size = shapes.reduce((product, [, cols]) => product * cols, 1);
  const whole = kronecker(factors, [...Array(size).keys()]);
  const samples = random(3, whole.rows, "samples");
  samples.data.fill(0, 2, 9); // what four zeros together skip, and three do not
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
