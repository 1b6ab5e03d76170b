import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { randomProducts, randomProductsModule } from "./products";

describe("randomProducts keeps the laws", () => {
  const create = (options: Json = { seed: 7 }) => randomProductsModule.create({ domain: [6, 8] }, options);
  for (const law of laws) test(law.name, () => law.check({ create, module: randomProductsModule, domain: [6, 8] }));
});

describe("randomProducts", () => {
  test("an atom is the outer product of the draws of one stream for each axis, each over the root of its length", () => {
    const { rows, cols, data } = randomProducts([2, 3], { seed: 5 }).atoms([4, 0]); // (1, 1) and (0, 0)
    expect([rows, cols]).toEqual([6, 2]);
    const draws = (name: string, length: number) => {
      const { normal } = stream(5, name);
      return Array.from({ length }, () => normal() / Math.sqrt(length));
    };
    const product = (i: number, j: number) =>
      draws(`axis/0/${i}`, 2).flatMap((a) => draws(`axis/1/${j}`, 3).map((b) => a * b));
    const [fourth, zeroth] = [product(1, 1), product(0, 0)];
    for (let i = 0; i < 6; i++) {
      expect(data[2 * i]).toBeCloseTo(fourth[i]!, 7);
      expect(data[2 * i + 1]).toBeCloseTo(zeroth[i]!, 7);
    }
  });

  test("atoms have unit length on average", () => {
    const indices = Array.from({ length: 200 }, (_, i) => i * 31 + i); // no two share both vectors
    const { data, cols } = randomProducts([40, 160]).atoms(indices);
    let sum = 0;
    for (const value of data) sum += value * value;
    // Var ‖u‖² = (1 + 2/40)(1 + 2/160) − 1: five standard deviations, with 40 vectors along the first axis.
    expect(Math.abs(sum / cols - 1)).toBeLessThan(5 * Math.sqrt((1.05 * 1.0125 - 1) / 40));
  });

  test("reports bad input", () => {
    expect(() => randomProducts([])).toThrow(RangeError);
    expect(() => randomProducts([4], { seed: 0.5 })).toThrow(
      RangeError("randomProducts: seed must be a safe integer; got 0.5"),
    );
    expect(() => randomProducts([4, 4]).atoms([16])).toThrow(
      RangeError("randomProducts: indices must be integers in [0, 15]; got 16"),
    );
    expect(() => randomProducts([4], { size: 3 } as object)).toThrow('there is no option "size"');
  });
});
