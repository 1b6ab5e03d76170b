import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Split } from "../dataset";
import { indicesIn, marked } from "../testing/examples";
import { splitOff, subset } from "./subset";

/** Indices of the examples, after a check that labels and pixels still belong together. */
function indicesOf(split: Split): number[] {
  const indices = indicesIn(split.images, 1);
  expect(indices).toHaveLength(split.count);
  expect([...split.labels]).toEqual(indices.map((i) => i % 10));
  return indices;
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe("subset", () => {
  test("distinct examples in the split's order, a function of the seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.integer(), (total, n, seed) => {
        const count = 1 + (n % total);
        const indices = indicesOf(subset(marked(total), count, seed));
        expect(indices).toEqual(sorted([...new Set(indices)]));
        expect(indices).toHaveLength(count);
        expect(indicesOf(subset(marked(total), count, seed))).toEqual(indices);
      }),
      { seed: 21 },
    );
    expect(indicesOf(subset(marked(600), 50, 1))).not.toEqual(indicesOf(subset(marked(600), 50, 2)));
  });

  test("all examples are equally likely", () => {
    const tally = new Float64Array(20);
    for (let seed = 0; seed < 2000; seed++) for (const i of indicesOf(subset(marked(20), 5, seed))) tally[i]! += 1;
    // Each is Binomial(2000, 1/4): mean 500, standard deviation 19.4; the tolerance is five of them.
    for (const n of tally) expect(Math.abs(n - 500)).toBeLessThan(97);
  });

  test("the result is a copy: the split keeps its bytes", () => {
    const split = marked(10);
    subset(split, 10, 0).images.fill(0);
    expect(split).toEqual(marked(10));
    expect(subset(split, 10, 5)).toEqual(split);
  });

  test("invalid input is reported", () => {
    expect(() => subset(marked(10), 11, 0)).toThrow("subset: count must be an integer in [1, 10]; got 11");
    expect(() => subset(marked(10), 0, 0)).toThrow(RangeError);
    expect(() => subset(marked(10), 1, 0.5)).toThrow("seed must be a safe integer; got 0.5");
  });
});

describe("splitOff", () => {
  test("the two parts are disjoint and together are the split", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), fc.nat(), fc.integer(), (total, n, seed) => {
        const count = 1 + (n % (total - 1));
        const { rest, held } = splitOff(marked(total), count, seed);
        expect(held.count).toBe(count);
        expect(sorted([...indicesOf(rest), ...indicesOf(held)])).toEqual(Array.from({ length: total }, (_, i) => i));
        expect(splitOff(marked(total), count, seed)).toEqual({ rest, held });
      }),
      { seed: 22 },
    );
    expect(splitOff(marked(600), 50, 1).held).not.toEqual(splitOff(marked(600), 50, 2).held);
  });

  test("invalid input is reported", () => {
    expect(() => splitOff(marked(10), 10, 0)).toThrow("splitOff: count must be an integer in [1, 9]; got 10");
  });
});
