import { leading } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/scipy.json" with { type: "json" };
import { type GaussianDerivativeOptions, gaussianDerivative, gaussianDerivativeModule } from "./gaussian-derivative";
import { furthest, projection } from "./testing/matrices";

describe("gaussian-derivative keeps the laws", () => {
  // Even, odd, single and long axes; sigma given once and for each axis; an axis left as it is; one and several scales.
  const cases: [number[], Json][] = [
    [[7], { sigma: 1.5 }],
    [[1], { sigma: 2 }],
    [[64], { sigma: 5.3 }],
    [[6, 9], { sigma: [2, 3], scales: 2 }],
    [[28, 28], { sigma: 9, scales: 3 }],
    [[5, 4, 3], { sigma: [1.5, 1, 0] }],
    [[2, 1, 3], { sigma: 1.1, scales: 3 }],
  ];
  describe.each(cases)("domain %j, %j", (domain, chosen) => {
    const create = (options: Json = chosen) => gaussianDerivativeModule.create({ domain }, options);
    for (const law of laws) test(law.name, () => law.check({ create, module: gaussianDerivativeModule, domain }));
  });
});

describe("gaussian-derivative has SciPy's derivatives of Gaussians, orthonormalized", () => {
  test.each(fixture.axes)("$length positions, sigma $sigma, scales $scales", ({ length, sigma, scales, columns }) => {
    const { data } = gaussianDerivative([length], { sigma, scales }).atoms(leading(length, length));
    const expected = Array.from(
      { length: length * length },
      (_, at) => columns[at % length]![Math.floor(at / length)]!,
    );
    expect(furthest(data, expected)).toBeLessThan(1e-6);
  });

  test("on two axes the leading ones span all derivatives up to a total order", () => {
    // Any basis of the polynomials of degree ≤ 2 times the Gaussian has the same span: here the monomials, orthonormalized in order.
    const sigma = 1.75;
    const grid = Array.from({ length: 49 }, (_, i) => [Math.floor(i / 7) - 3, (i % 7) - 3] as const);
    const monomials = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 2],
      [2, 0],
    ].map(([a, b]) => grid.map(([y, x]) => y ** a! * x ** b! * Math.exp(-(y * y + x * x) / (2 * sigma ** 2))));
    const basis: number[][] = [];
    for (const monomial of monomials) {
      let rest = monomial;
      for (const other of [...basis, ...basis]) {
        const along = rest.reduce((sum, value, i) => sum + value * other[i]!, 0);
        rest = rest.map((value, i) => value - along * other[i]!);
      }
      basis.push(rest.map((value) => value / Math.hypot(...rest)));
    }
    const expected = grid.flatMap((_, i) => grid.map((_, j) => basis.reduce((sum, one) => sum + one[i]! * one[j]!, 0)));
    const dictionary = gaussianDerivative([7, 7], { sigma });
    expect(furthest(projection(dictionary.atoms(leading(49, 6))), expected)).toBeLessThan(1e-6);
  });
});

describe("gaussian-derivative", () => {
  test("two positions, by hand: the sum and the difference", () => {
    const { data } = gaussianDerivative([2], { sigma: 1 }).atoms([0, 1]);
    expect(furthest(data, [Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2])).toBeLessThan(1e-7);
  });

  test("atoms are sorted by total order, then by scale, then as in the product", () => {
    expect([...gaussianDerivative([3, 3]).permutation]).toEqual([0, 1, 3, 2, 4, 6, 5, 7, 8]);
    // Two scales: an axis of 3 has order 0 at two scales, and order 1. Keys (order, scale) of columns 3r + c by hand.
    expect([...gaussianDerivative([3, 3], { sigma: 1, scales: 2 }).permutation]).toEqual([0, 1, 3, 4, 2, 6, 5, 7, 8]);
  });

  test("sigma 0 leaves an axis as it is: each coarse atom comes once for every channel", () => {
    const u = gaussianDerivative([3, 3, 2], { sigma: [1, 1, 0] }).atoms([0, 1]);
    const spatial = gaussianDerivative([3, 3], { sigma: 1 }).atoms([0]).data;
    const expected = Array.from({ length: 36 }, (_, at) => {
      const [position, channel, atom] = [at >> 2, (at >> 1) & 1, at & 1];
      return channel === atom ? spatial[position]! : 0;
    });
    expect([...u.data]).toEqual(expected);
  });

  test("resolves its options; keeps neither the caller's domain nor options", () => {
    const [domain, sigma] = [
      [8, 6],
      [2, 3],
    ];
    const dictionary = gaussianDerivative(domain, { sigma });
    domain[0] = 1;
    sigma[0] = 1;
    expect(dictionary.domain).toEqual([8, 6]);
    expect(dictionary.options).toEqual({ sigma: [2, 3], scales: 1 });
    expect(gaussianDerivative([8, 6], { sigma: 2 }).options).toEqual({ sigma: [2, 2], scales: 1 });
  });

  test("makes nothing of the size of U for a large domain until atoms are asked for", () => {
    expect(gaussianDerivative([2 ** 20]).size).toBe(2 ** 20);
  });

  const bad: [string, readonly number[], unknown, string][] = [
    ["four axes", [2, 2, 2, 2], {}, "domain must have 1 to 3 axes; got [2,2,2,2]"],
    ["a fraction of an axis", [2.5], {}, "domain must be a list of positive integers"],
    [
      "sigma below 0",
      [7],
      { sigma: -1 },
      "sigma must be a number of at least 0, or one for each of the 1 axes; got -1",
    ],
    [
      "text",
      [7, 7],
      { sigma: "wide" },
      'sigma must be a number of at least 0, or one for each of the 2 axes; got "wide"',
    ],
    ["one sigma too few", [7, 7], { sigma: [1] }, "one for each of the 2 axes; got [1]"],
    ["an infinite sigma", [7], { sigma: Number.POSITIVE_INFINITY }, "sigma must be a number"],
    ["sigma too small", [13], { sigma: 0.9 }, "sigma must be at least 1 for 13 positions and 1 scale, or 0; got 0.9"],
    ["too many scales for sigma", [13], { sigma: 1.5, scales: 2 }, "at least 2 for 13 positions and 2 scales"],
    ["no scale", [7], { scales: 0 }, "scales must be an integer in [1, 8]; got 0"],
    ["a misspelled option", [7], { sigmas: 1 }, 'there is no option "sigmas" (did you mean sigma?'],
  ];
  test.each(bad)("refuses %s", (_, domain, options, message) => {
    const create = () => gaussianDerivative(domain, options as GaussianDerivativeOptions);
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
  });
});
