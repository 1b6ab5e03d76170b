import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { matrixProduct, transposed } from "./matrix-product";

test.each([
  [1, 1, 1],
  [2, 3, 4],
  [5, 7, 9],
  [8, 1, 6],
  [3, 16, 2],
] as const)("[%i, %i] times [.., %i]: each entry is the sum of products", (m, k, n) => {
  const { normal } = stream(2, `${m}/${k}/${n}`);
  const numbers = (size: number) => Float64Array.from({ length: size }, normal);
  const [a, b] = [numbers(m * k), numbers(k * n)];
  const product = matrixProduct(a, b, [m, k, n]);
  const flipped = transposed(b, k, n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const column = flipped.subarray(j * k, (j + 1) * k);
      expect([...column]).toEqual(Array.from({ length: k }, (_, p) => b[p * n + j]));
      expect(product[i * n + j]).toBeCloseTo(
        column.reduce((sum, value, p) => sum + value * a[i * k + p]!, 0),
        13,
      );
    }
  const rounded = matrixProduct(Float32Array.from(a), b, [m, k, n]);
  for (const [i, value] of rounded.entries()) expect(value).toBeCloseTo(product[i]!, 5);
});
