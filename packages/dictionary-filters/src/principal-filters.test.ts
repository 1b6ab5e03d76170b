import { leading } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/scipy.json" with { type: "json" };
import type { Over, TrainedKernel } from "./blocks";
import { filters, filtersModule } from "./filters";
import { type PrincipalFiltersOptions, principalFilters } from "./principal-filters";
import { furthest, lost, projection } from "./testing/matrices";

const kernel = (shape: readonly number[], seed: number, scale = 1): TrainedKernel => {
  const { normal } = stream(seed, "kernel");
  const length = shape.reduce((a, b) => a * b);
  return { shape, data: Float32Array.from({ length }, () => scale * normal()) };
};

describe("filters keeps the laws", () => {
  const cases: [string, TrainedKernel[], PrincipalFiltersOptions][] = [
    ["window", [kernel([5, 5, 3, 8], 1), kernel([5, 5, 4, 7], 2)], { size: 12, bits: 8 }],
    ["all of a window", [kernel([3, 3, 8, 4], 3)], {}],
    ["channels", [kernel([3, 2, 6, 5], 4), kernel([3, 2, 6, 9], 5)], { over: "channels", size: 4, bits: 8 }],
    ["patch", [kernel([3, 3, 2, 6], 6), kernel([3, 3, 2, 5], 7)], { over: "patch" }],
    ["dense", [kernel([30, 20], 8)], { size: 13 }],
  ];
  describe.each(cases)("%s", (_, kernels, options) => {
    const { domain, options: made } = principalFilters(kernels, options);
    const create = (chosen: Json = made) => filtersModule.create({ domain }, chosen);
    for (const law of laws) test(law.name, () => law.check({ create, module: filtersModule, domain }));
  });
});

describe("principalFilters gives NumPy's principal components", () => {
  test.each(fixture.principal)("$over, weighted $moments", ({ over, kernels, moments, shares, projections }) => {
    const options = { over: over as Over, ...(moments && { moments }) };
    const dictionary = principalFilters(kernels, options);
    expect(furthest(dictionary.shares, shares.slice(0, dictionary.shares.length))).toBeLessThan(1e-12);
    expect(shares.slice(dictionary.shares.length).every((share) => share < 1e-12)).toBe(true);
    const channels = dictionary.domain.at(-1)!;
    [1, 3].forEach((count, at) => {
      // Over channels: the basis itself is the dictionary on a domain of channels only.
      const basis = over === "channels" ? filters([channels], dictionary.options as never) : dictionary;
      expect(furthest(projection(basis.atoms(leading(basis.size, count))), projections[at]!)).toBeLessThan(2e-4);
    });
  });
});

describe("principalFilters", () => {
  const layers = [kernel([4, 3, 3, 4], 11, 1), kernel([4, 3, 2, 50], 12, 1000)];
  const matrices = layers.map(({ shape, data }) => ({
    rows: 12,
    cols: shape[2]! * shape[3]!,
    data: Float32Array.from(data),
  }));
  const meanLoss = (u: Parameters<typeof lost>[0]) => (lost(u, matrices[0]!) + lost(u, matrices[1]!)) / 2;

  test("the first k atoms lose what the shares leave, on the mean of the layers", () => {
    const dictionary = principalFilters(layers);
    for (const k of [1, 4, 11]) {
      const left = 1 - dictionary.shares.slice(0, k).reduce((a, b) => a + b);
      expect(meanLoss(dictionary.atoms(leading(12, k)))).toBeCloseTo(left, 6);
    }
    expect(dictionary.shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test("a layer's scale does not matter, nor one of zeros", () => {
    const other = [{ ...layers[0]!, data: Float32Array.from(layers[0]!.data, (value) => 4096 * value) }, layers[1]!];
    const zeros = { shape: [4, 3, 1, 1], data: new Float32Array(12) };
    const { options } = principalFilters(layers, { size: 3 });
    expect(principalFilters(other, { size: 3 }).options).toEqual(options);
    expect(principalFilters([zeros, ...layers], { size: 3 }).options).toEqual(options);
  });

  test("16 bits lose less than float32 can tell, 8 bits less than 1e-4 of the energy", () => {
    // A layer of rank 3 is in the span of its first three components.
    const factors = [kernel([49, 3], 21), kernel([3, 40], 22)];
    const data = Float32Array.from({ length: 49 * 40 }, (_, at) =>
      [0, 1, 2].reduce(
        (sum, k) => sum + factors[0]!.data[3 * Math.floor(at / 40) + k]! * factors[1]!.data[40 * k + (at % 40)]!,
        0,
      ),
    );
    const loss = (bits: 8 | 16) =>
      lost(principalFilters([{ shape: [7, 7, 1, 40], data }], { size: 3, bits }).atoms([0, 1, 2]), {
        rows: 49,
        cols: 40,
        data,
      });
    expect(Math.abs(loss(16))).toBeLessThan(1e-7); // float32 in the sum
    expect(loss(8)).toBeLessThan(1e-4);
    expect(loss(8)).toBeGreaterThan(1e-6);
  });

  test("over channels, atoms are a component at every position, then the next component", () => {
    const dictionary = principalFilters([kernel([2, 2, 3, 8], 31)], { over: "channels", size: 2 });
    const basis = filters([3], dictionary.options as never).atoms([0, 1]).data;
    expect(dictionary.size).toBe(8);
    const { data, cols } = dictionary.atoms(leading(8, 8));
    for (let position = 0; position < 4; position++)
      for (let channel = 0; channel < 3; channel++)
        for (let atom = 0; atom < 8; atom++) {
          const expected = atom % 4 === position ? basis[2 * channel + Math.floor(atom / 4)]! : 0;
          expect(data[(3 * position + channel) * cols + atom]).toBeCloseTo(expected, 7);
        }
  });

  test("the options take 4 digits a number, and the dictionary is made of them alone", () => {
    const { options, name, size } = principalFilters([kernel([7, 7, 3, 64], 41)], { size: 12 });
    const { atoms, ...rest } = options as { atoms: string };
    expect([name, size, rest, atoms.length]).toEqual(["filters", 12, { bits: 16, over: "domain" }, 4 * 12 * 49]);
  });

  const k = kernel([3, 3, 2, 4], 51);
  const bad: [string, unknown, unknown, string][] = [
    ["no kernels", [], {}, "kernels must be a list of at least one { shape, data }"],
    ["a bias", [kernel([4], 1)], {}, "a kernel must have at least 2 axes; got [4]"],
    ["a dense kernel over channels", [kernel([4, 2], 1)], { over: "channels" }, "a kernel needs channels"],
    ["too few weights", [{ shape: [3, 3, 2, 4], data: [1, 2] }], {}, "a kernel [3,3,2,4] must have 72 weights; got 2"],
    ["NaN", [{ shape: [2, 2], data: [1, 2, Number.NaN, 4] }], {}, "weights must be finite; got NaN"],
    ["zeros", [{ shape: [2, 2], data: [0, 0, 0, 0] }], {}, "kernels must not be zero; all 1 are"],
    ["two windows", [k, kernel([5, 5, 2, 4], 1)], {}, "must have one domain over the window; got [3,3] and [5,5]"],
    ["two depths", [k, kernel([3, 3, 4, 4], 1)], { over: "patch" }, "over the patch; got [3,3,2] and [3,3,4]"],
    ["an unknown over", [k], { over: "filters" }, 'over must be "window", "channels" or "patch"; got "filters"'],
    ["no atom", [k], { size: 0 }, "size must be a positive integer; got 0"],
    ["12 bits", [k], { bits: 12 }, "bits must be 8 or 16; got 12"],
    ["moments of another size", [k], { moments: [1, 2] }, "moments must be [9 · 9]; got 2 numbers"],
    ["a misspelled option", [k], { sizes: 2 }, 'there is no option "sizes" (did you mean size?)'],
  ];
  test.each(bad)("refuses %s", (_, kernels, options, message) => {
    const create = () => principalFilters(kernels as TrainedKernel[], options as PrincipalFiltersOptions);
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
  });

  test("refuses moments that are not symmetric", () => {
    const moments = Float64Array.from({ length: 81 }, (_, at) => (at === 1 ? 5 : at % 10 === 0 ? 1 : 0));
    expect(() => principalFilters([k], { moments })).toThrow("moments must be finite, symmetric");
  });
});

describe("filters", () => {
  const bad: [string, unknown, string][] = [
    ["no atoms", undefined, "atoms must be given; take the options of principalFilters"],
    ["a number for text", { atoms: 5 }, "hexadecimal digits of atoms with 4 integers of 16 bits; got 5"],
    ["other letters", { atoms: "0x0x0x0x0x0x0x0x" }, 'got "0x0x0x0x0x0x0x0x"'],
    ["part of an atom", { atoms: "0123456789abcdef01" }, "hexadecimal digits of atoms with 4 integers"],
    ["half a byte", { atoms: "0123456", bits: 8 }, "hexadecimal digits of atoms with 4 integers"],
    ["an empty text", { atoms: "" }, "hexadecimal digits of atoms"],
    ["too many atoms", { atoms: "12".repeat(20), bits: 8 }, "at most 4 atoms, which is their length; got 5"],
    ["no such over", { atoms: "01234567", over: "window" }, 'over must be "domain" or "channels"; got "window"'],
    ["3 bits", { atoms: "01234567", bits: 3 }, "bits must be 8 or 16; got 3"],
  ];
  test.each(bad)("refuses %s", (_, options, message) => {
    const create = () => filtersModule.create({ domain: [2, 2] }, options as Json);
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
  });

  test("refuses dependent atoms when they are made", () => {
    const dictionary = filters([2, 2], { atoms: "1234567812345678", bits: 8 });
    expect(() => dictionary.atoms([0])).toThrow("filters: atoms must be independent; atom 1 is zero or a combination");
    expect(() => filters([2, 2], { atoms: "00000000", bits: 8 }).atoms([0])).toThrow("atom 0 is zero");
  });

  test("integers of either size are read as they were written, low byte first", () => {
    expect([...filters([2], { atoms: "0300fcff" }).atoms([0]).data]).toEqual([...Float32Array.of(0.6, -0.8)]);
    expect([...filters([2], { atoms: "03fc", bits: 8 }).atoms([0]).data]).toEqual([...Float32Array.of(0.6, -0.8)]);
  });
});
