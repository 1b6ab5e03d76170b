import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DictionaryModule } from "./contract";
import { checkCount, checkSelection, leading, type Rank, rankOf, uniform } from "./selection";

describe("uniform", () => {
  test("gives as many distinct indices in range as requested, ascending", () => {
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

  test("never changes: recipes store only the seed", () => {
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

  test("reports bad input", () => {
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

  test("reports bad input", () => {
    expect(() => leading(3, 4)).toThrow(
      RangeError("leading: count must be an integer in [1, 3], the atoms on offer; got 4"),
    );
    expect(() => leading(3, Number.NaN)).toThrow(RangeError);
  });
});

test("checkCount returns a valid count", () => {
  expect(checkCount("waves", 3, 3)).toBe(3);
  expect(() => checkCount("waves", 0, 3)).toThrow(
    RangeError("waves: count must be an integer in [1, 3], the atoms on offer; got 0"),
  );
});

describe("checkSelection", () => {
  type Offer = Pick<DictionaryModule, "name" | "traits" | "selections">;
  const waves: Offer = { name: "waves", traits: { ordered: true, independent: true } };
  const kernel: Offer = {
    name: "kernel",
    traits: { ordered: false, independent: false },
    selections: { leverage: () => [], "farthest-point": () => [] },
  };
  const check = (selection: string, offer: Offer) => () => checkSelection("layer", selection, offer);

  test("accepts what the dictionary can give", () => {
    for (const selection of ["uniform", "leading", "energy"]) expect(check(selection, waves)).not.toThrow();
    for (const selection of ["uniform", "leverage", "farthest-point"]) expect(check(selection, kernel)).not.toThrow();
  });

  test("does not judge traits that are not known yet", () => {
    for (const offer of [{ name: "mine" }, { name: "mine", traits: {} }, { name: "mine", traits: { learned: true } }])
      for (const selection of ["uniform", "leading", "energy"]) expect(check(selection, offer)).not.toThrow();
  });

  test("takes a dictionary, with the selections of its module if they matter", () => {
    const dictionary = { ...kernel, selections: undefined, contract: 1, size: 4 };
    const { selections: _, ...plain } = dictionary;
    expect(check("uniform", plain)).not.toThrow();
    expect(check("leading", plain)).toThrow('got "kernel"');
    expect(check("leverage", plain)).toThrow('got "leverage"');
    expect(check("leverage", { ...plain, selections: kernel.selections! })).not.toThrow();
  });

  test("refuses the others, and says what is possible", () => {
    expect(check("leading", kernel)).toThrow(
      RangeError(
        'layer: selection "leading" needs a dictionary ordered from coarse to fine, such as "fourier" or "wavelet"; got "kernel": choose "uniform"',
      ),
    );
    expect(check("energy", kernel)).toThrow(
      RangeError(
        'layer: selection "energy" needs a dictionary of independent atoms, such as "fourier" or "wavelet"; got "kernel": choose "uniform"',
      ),
    );
    expect(check("leverage", waves)).toThrow(
      RangeError('layer: selection must be one of uniform, leading, energy for the dictionary "waves"; got "leverage"'),
    );
    expect(check("leverages", kernel)).toThrow(
      RangeError(
        'layer: selection must be one of uniform, leverage, farthest-point for the dictionary "kernel"; got "leverages"',
      ),
    );
    expect(check("toString", kernel)).toThrow(RangeError);
  });
});

describe("rankOf", () => {
  test("is a number as it stands", () => {
    expect(rankOf(1, 784)).toBe(1);
    expect(rankOf(784, 784)).toBe(784);
    expect(rankOf(90, 80, 100)).toBe(90); // more atoms than inputs
  });

  test("is a proportion of the inputs, rounded to the nearest, half up", () => {
    expect(rankOf({ proportion: 0.05 }, 784)).toBe(39); // 39.2
    expect(rankOf({ proportion: 0.25 }, 10)).toBe(3); // 2.5
    expect(rankOf({ proportion: 0.24 }, 10)).toBe(2);
    expect(rankOf({ proportion: 1 }, 784)).toBe(784);
    expect(rankOf({ proportion: 0.05 }, 784, 2000)).toBe(39); // of the inputs, not of the atoms
  });

  test("a proportion gives at least one atom, and at most all that the dictionary offers", () => {
    expect(rankOf({ proportion: 1e-9 }, 784)).toBe(1);
    expect(rankOf({ proportion: 1 }, 784, 600)).toBe(600);
    expect(rankOf({ proportion: 0.9 }, 784, 600)).toBe(600);
    expect(rankOf({ proportion: 0.5 }, 784, 600)).toBe(392);
  });

  test("reports bad input", () => {
    for (const proportion of [0, -0.5, 1.01, Number.NaN])
      expect(() => rankOf({ proportion }, 784)).toThrow(
        RangeError(`rank.proportion must be in (0, 1]; got ${proportion}`),
      );
    for (const [rank, size] of [
      [0, 784],
      [785, 784],
      [601, 600],
      [2.5, 784],
      [Number.NaN, 784],
    ] as const)
      expect(() => rankOf(rank, 784, size)).toThrow(
        RangeError(`rank must be an integer in [1, ${size}], the atoms the dictionary offers; got ${rank}`),
      );
    expect(() => rankOf(0.05 as Rank, 784)).toThrow(/; got 0.05; for a proportion write { proportion: 0.05 }$/);
  });
});
