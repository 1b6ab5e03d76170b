import { leading, uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json, Matrix } from "@weightcast/types";
import { describe, expect, test, vi } from "vitest";
import fixture from "../fixtures/pywavelets.json" with { type: "json" };
import { columnsOf } from "./axis-transform";
import { type WaveletOptions, wavelet, waveletModule } from "./wavelet";

vi.mock(import("./axis-transform"), { spy: true });

const full = "has full column rank";

describe("wavelet keeps the laws", () => {
  // Even, odd, prime and single-sample axes; levels given as numbers, as lists, and by default.
  const cases: [number[], Json][] = [
    [[48], { family: "sym5", levels: 2 }],
    [[13], { family: "haar", levels: 9 }],
    [[1], { family: "db4" }],
    [[6, 9], { family: "coif1", levels: 2 }],
    [[1, 17], { family: "db10" }],
    [[7, 5, 3], { family: "db3", levels: [2, 1, 0] }],
    [[4, 6, 2], { family: "sym4" }],
    [[40], { family: "db4", boundary: "symmetric", levels: 1 }],
    [[11], { family: "haar", boundary: "symmetric" }],
    [[14, 13], { family: "sym2", boundary: "symmetric", levels: 1 }],
    [[9, 1, 7], { family: "coif1", boundary: "symmetric" }],
    [[2], { family: "db10", boundary: "symmetric" }],
  ];
  describe.each(cases)("domain %j, %j", (domain, chosen) => {
    const create = (options: Json = chosen) => waveletModule.create({ domain }, options);
    for (const law of laws) test(law.name, () => law.check({ create, module: waveletModule, domain }));
  });

  // The price of mirroring: with more atoms than inputs, a prefix may hold more atoms than dimensions.
  describe("domain [48], symmetric, all levels: all except linear independence of every selection", () => {
    const create = (options: Json = { family: "db2", boundary: "symmetric" }) =>
      waveletModule.create({ domain: [48] }, options);
    for (const law of laws) if (!law.name.startsWith(full)) test(law.name, () => law.check({ create }));
    test("which does not hold", async () => {
      await expect(laws.find(({ name }) => name.startsWith(full))!.check({ create })).rejects.toThrow(
        /12 atoms must span 12 dimensions; they span \d+/,
      );
    });
  });
});

/** Oracle: X U, sum by sum. */
function product(x: Matrix, u: Matrix): number[] {
  return Array.from({ length: x.rows * u.cols }, (_, k) => {
    const [b, j] = [Math.floor(k / u.cols), k % u.cols];
    let sum = 0;
    for (let i = 0; i < u.rows; i++) sum += x.data[b * x.cols + i]! * u.data[i * u.cols + j]!;
    return sum;
  });
}

function furthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual).toHaveLength(expected.length);
  return Array.from(expected).reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
}

describe("wavelet gives PyWavelets' coefficients", () => {
  test.each(fixture.transforms)("$family $boundary on $domain, levels $levels", (expected) => {
    const { domain, coefficients, ...options } = expected;
    const dictionary = wavelet(domain, options as WaveletOptions);
    const rows = domain.reduce((a, b) => a * b);
    const signal = Float32Array.from({ length: rows }, (_, i) => Math.sin(1 + 0.7 * i) + 0.3 * Math.cos(i * i));
    const samples = { rows: 1, cols: rows, data: signal };
    expect(dictionary.options).toEqual(options);
    expect(dictionary.size).toBe(coefficients.length);
    const ordered = Array.from(dictionary.permutation, (column) => coefficients[column]!);
    expect(furthest(dictionary.analyze(samples).data, ordered)).toBeLessThan(2e-6);
    expect(
      furthest(product(samples, dictionary.atoms(leading(dictionary.size, dictionary.size))), ordered),
    ).toBeLessThan(4e-6);
  });
});

describe("wavelet", () => {
  test("haar on 8 samples, by hand: average, halves, quarters, neighbors", () => {
    const u = wavelet([8], { family: "haar" }).atoms(leading(8, 8));
    const [a, b, c] = [Math.sqrt(1 / 8), 1 / 2, Math.SQRT1_2];
    const atoms = [
      [a, a, a, a, a, a, a, a],
      [a, a, a, a, -a, -a, -a, -a],
      [b, b, -b, -b, 0, 0, 0, 0],
      [0, 0, 0, 0, b, b, -b, -b],
      [c, -c, 0, 0, 0, 0, 0, 0],
      [0, 0, c, -c, 0, 0, 0, 0],
      [0, 0, 0, 0, c, -c, 0, 0],
      [0, 0, 0, 0, 0, 0, c, -c],
    ];
    // Three factors of √½ give 1/√8 only up to rounding.
    expect(
      furthest(
        u.data,
        Array.from({ length: 64 }, (_, k) => atoms[k % 8]![k >> 3]!),
      ),
    ).toBeLessThan(1e-7);
  });

  test("on two axes atoms are sorted by the greater depth, then as in the Kronecker product", () => {
    const { permutation, options } = wavelet([4, 4], { family: "haar" });
    expect(options).toEqual({ family: "haar", boundary: "periodization", levels: [2, 2] });
    // Depths along an axis: 0 1 2 2. Column 4r + c has depth max(depth r, depth c).
    expect([...permutation]).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  test("analyze is X U for several samples on three axes, with either boundary", () => {
    const { normal } = stream(5, "samples");
    for (const boundary of ["periodization", "symmetric"] as const) {
      const dictionary = wavelet([9, 6, 4], { family: "db2", boundary });
      const samples = { rows: 3, cols: 216, data: Float32Array.from({ length: 648 }, normal) };
      const copy = samples.data.slice();
      const { rows, cols, data } = dictionary.analyze(samples);
      expect([rows, cols]).toEqual([3, dictionary.size]);
      expect(samples.data).toEqual(copy);
      const u = dictionary.atoms(leading(dictionary.size, dictionary.size));
      expect(furthest(data, product(samples, u))).toBeLessThan(1e-5);
    }
  });

  test("analyze takes any number of samples and treats each one separately", () => {
    const dictionary = wavelet([28, 28]);
    const { normal } = stream(6, "samples");
    const data = Float32Array.from({ length: 200 * 784 }, normal); // more than one chunk
    const all = dictionary.analyze({ rows: 200, cols: 784, data });
    for (const row of [0, 83, 84, 199]) {
      const part = (values: Float32Array) => values.slice(row * 784, (row + 1) * 784);
      expect(part(all.data)).toEqual(dictionary.analyze({ rows: 1, cols: 784, data: part(data) }).data);
    }
    expect(dictionary.analyze({ rows: 0, cols: 784, data: new Float32Array() }).data).toHaveLength(0);
  });

  test("permutation maps the Kronecker product of the factors to the atoms", () => {
    const { factors, permutation, atoms, size } = wavelet([6, 5], { family: "db2", boundary: "symmetric" });
    const [first, second] = factors as [Matrix, Matrix];
    expect([first.rows, second.rows, first.cols * second.cols]).toEqual([6, 5, size]);
    expect([...permutation].sort((a, b) => a - b)).toEqual(leading(size, size));
    const u = atoms(leading(size, size));
    const entry = (i: number, column: number) =>
      first.data[Math.floor(i / 5) * first.cols + Math.floor(column / second.cols)]! *
      second.data[(i % 5) * second.cols + (column % second.cols)]!;
    const expected = Array.from({ length: 30 * size }, (_, k) => entry(Math.floor(k / size), permutation[k % size]!));
    expect(furthest(u.data, expected)).toBeLessThan(1e-6);
  });

  test("on smooth samples the approximations, an eighth of the atoms, hold nearly all energy, and the last tenth almost none", () => {
    const [height, width] = [14, 28];
    const data = Float32Array.from({ length: height * width }, (_, i) => {
      const [y, x] = [Math.floor(i / width) - 6, (i % width) - 13];
      return Math.exp(-(y * y + x * x) / 40);
    });
    const coefficients = wavelet([height, width]).analyze({ rows: 1, cols: height * width, data }).data;
    const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    expect(energy(coefficients)).toBeCloseTo(energy(data), 4);
    expect(energy(coefficients.subarray(0, 7 * 7)) / energy(data)).toBeGreaterThan(0.97);
    expect(energy(coefficients.subarray(392 - 39)) / energy(data)).toBeLessThan(1e-3);
  });

  test("resolves its options: levels for each axis, capped", () => {
    const levels = (domain: number[], options?: WaveletOptions) =>
      (wavelet(domain, options).options as { levels: number[] }).levels;
    expect(wavelet([28, 28]).options).toEqual({ family: "sym4", boundary: "periodization", levels: [2, 2] });
    expect(levels([224, 3, 1])).toEqual([5, 1, 0]);
    expect(levels([224, 3, 1], { boundary: "symmetric", family: "db3" })).toEqual([5, 0, 0]);
    expect(levels([28, 5, 1], { levels: 9 })).toEqual([5, 3, 0]);
    expect(levels([28, 5, 1], { levels: 2 })).toEqual([2, 2, 0]);
    expect(levels([28, 28, 3], { levels: [1, 2, 0] })).toEqual([1, 2, 0]);
    expect(levels([28], { levels: 9, boundary: "symmetric" })).toEqual([2]);
  });

  test("traits and sizes: orthonormal and square with periodization, neither with symmetric", () => {
    const periodic = wavelet([7, 5]);
    const mirrored = wavelet([7, 5], { family: "db2", boundary: "symmetric" });
    expect(periodic.traits).toEqual({ orthonormal: true, independent: true, ordered: true, learned: false });
    expect(mirrored.traits).toEqual({ orthonormal: false, independent: true, ordered: true, learned: false });
    expect([periodic.size, mirrored.size]).toEqual([35, 50]); // (5 + 5) × 5: five samples are too few for a mirrored level
  });

  test("hands out copies and does not keep the caller's domain and levels", () => {
    const domain = [4, 4];
    const levels = [1, 1];
    const dictionary = wavelet(domain, { levels });
    const atoms = dictionary.atoms([0, 15]);
    domain[0] = 9;
    levels[0] = 2;
    dictionary.permutation.fill(3);
    for (const { data } of dictionary.factors) data.fill(0);
    expect(dictionary.domain).toEqual([4, 4]);
    expect(dictionary.options).toEqual({ family: "sym4", boundary: "periodization", levels: [1, 1] });
    expect(dictionary.atoms([0, 15])).toEqual(atoms);
  });

  test("computes an axis's atoms once, when they are first read", () => {
    vi.mocked(columnsOf).mockClear();
    const dictionary = wavelet([6, 4]);
    dictionary.analyze({ rows: 1, cols: 24, data: new Float32Array(24) });
    expect(columnsOf).not.toHaveBeenCalled();
    dictionary.atoms([0]);
    dictionary.atoms([1]);
    expect(dictionary.factors).toBe(dictionary.factors);
    expect(columnsOf).toHaveBeenCalledTimes(2);
    wavelet([40_000]).analyze({ rows: 1, cols: 40_000, data: new Float32Array(40_000) }); // the atoms would take 12.8 GB
  });

  test("150,528 inputs of color images: factors of 224 and 3, no U", () => {
    const { size, factors, atoms } = wavelet([224, 224, 3]);
    expect(size).toBe(150_528);
    expect(factors.map(({ data }) => data.length)).toEqual([224 * 224, 224 * 224, 9]);
    const { data } = atoms(uniform(size, 2, 1));
    const dot = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += data[2 * i + a]! * data[2 * i + b]!;
      return sum;
    };
    expect([dot(0, 0), dot(0, 1), dot(1, 1)].map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual([1, 0, 1]);
  });

  test("reports bad input", () => {
    const bad = (message: string, domain: number[], options?: Json) =>
      expect(() => waveletModule.create({ domain }, options)).toThrow(RangeError(`wavelet: ${message}`));
    bad("domain must be a list of positive integers such as [28, 28]; got []", []);
    bad("domain must have 1 to 3 axes; got [2,2,2,2]; merge axes that are not a grid", [2, 2, 2, 2]);
    bad('boundary must be "periodization" or "symmetric"; got "zero"', [4], { boundary: "zero" });
    bad("levels must be a whole number, or one for each of the 2 axes; got -1", [4, 4], { levels: -1 });
    bad("levels must be a whole number, or one for each of the 2 axes; got [1]", [4, 4], { levels: [1] });
    bad("levels must be a whole number, or one for each of the 1 axes; got 1.5", [4], { levels: 1.5 });
    bad("levels must be a whole number, or one for each of the 1 axes; got null", [4], { levels: null });
    expect(() => wavelet([4], { wavelet: "haar" } as object)).toThrow('wavelet: there is no option "wavelet"; the');
    bad('there is no option "level" (did you mean levels?); the options are family, boundary, levels', [4], {
      level: 1,
    });
    expect(() => waveletModule.create({ domain: [4] }, { family: "db11" })).toThrow(
      /^wavelet: family must be one of haar, db2, .*, coif5; got "db11"$/,
    );
    expect(() => wavelet([4]).atoms([4])).toThrow(RangeError("wavelet: indices must be integers in [0, 3]; got 4"));
    expect(() => wavelet([2, 2]).analyze({ rows: 1, cols: 3, data: new Float32Array(3) })).toThrow(
      RangeError("wavelet: samples must be [batch, 4]; got [1, 3] with 3 numbers"),
    );
  });
});
