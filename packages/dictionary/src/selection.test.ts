import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leading, uniform } from "./selection";

describe("uniform", () => {
  test("gives distinct indices in range, ascending, as many as asked", () => {
    const choice = fc
      .integer({ min: 1, max: 300 })
      .chain((size) =>
        fc.record({ size: fc.constant(size), count: fc.integer({ min: 1, max: size }), seed: fc.integer() }),
      );
    fc.assert(
      fc.property(choice, ({ size, count, seed }) => {
        const indices = uniform(size, count, seed);
        expect(indices).toHaveLength(count);
        expect(indices[0]).toBeGreaterThanOrEqual(0);
        expect(indices.at(-1)).toBeLessThan(size);
        expect(indices.every((index, j) => j === 0 || index > indices[j - 1]!)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  test("is decided by size, count, seed and name", () => {
    expect(uniform(784, 39, 7)).toEqual(uniform(784, 39, 7));
    expect(uniform(784, 39, 7)).not.toEqual(uniform(784, 39, 8));
    expect(uniform(784, 39, 7, "atoms/0")).not.toEqual(uniform(784, 39, 7, "atoms/1"));
    expect(uniform(5, 5, 7)).toEqual([0, 1, 2, 3, 4]);
  });

  test("stays what it is: recipes store the seed alone", () => {
    expect(uniform(784, 8, 7)).toEqual([6, 85, 107, 280, 389, 544, 638, 781]);
  });

  test("every index is as likely as any other, and so is every pair", () => {
    const [size, count, trials] = [12, 4, 6000];
    const single = new Float64Array(size);
    const pairs = new Map<string, number>();
    for (let seed = 0; seed < trials; seed++) {
      const indices = uniform(size, count, seed);
      for (const a of indices) {
        single[a]! += 1;
        for (const b of indices) if (a < b) pairs.set(`${a},${b}`, (pairs.get(`${a},${b}`) ?? 0) + 1);
      }
    }
    // Inclusion without replacement: X² of the counts, over (1 − count/size)·size/(size − 1), is χ² with size − 1
    // degrees of freedom; its 0.999 quantile at 11 is 31.26.
    const expected = (trials * count) / size;
    const chiSquare = single.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare / ((1 - count / size) * (size / (size - 1)))).toBeLessThan(31.26);
    // 66 pairs, each in count(count − 1) / (size(size − 1)) of the choices; five standard deviations each.
    const share = (count * (count - 1)) / (size * (size - 1));
    const slack = 5 * Math.sqrt(trials * share * (1 - share));
    expect(pairs.size).toBe((size * (size - 1)) / 2);
    for (const seen of pairs.values()) expect(Math.abs(seen - trials * share)).toBeLessThan(slack);
  });

  test("bad input is named", () => {
    expect(() => uniform(784, 785, 1)).toThrow(
      RangeError("uniform: count must be an integer in [1, 784], the atoms on offer; got 785"),
    );
    expect(() => uniform(784, 0, 1)).toThrow(RangeError);
    expect(() => uniform(784, 2.5, 1)).toThrow(RangeError);
    expect(() => uniform(784, 3, 0.5)).toThrow("seed must be a safe integer; got 0.5");
  });
});

describe("leading", () => {
  test("gives the first indices", () => {
    expect(leading(784, 3)).toEqual([0, 1, 2]);
    expect(leading(2, 2)).toEqual([0, 1]);
  });

  test("bad input is named", () => {
    expect(() => leading(3, 4)).toThrow(
      RangeError("leading: count must be an integer in [1, 3], the atoms on offer; got 4"),
    );
    expect(() => leading(3, Number.NaN)).toThrow(RangeError);
  });
});
