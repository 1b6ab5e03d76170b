import { leading, uniform } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import type { Json, Matrix } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/fourier.json";
import type { Basis } from "./axis";
import { type FourierOptions, fourier, fourierModule } from "./fourier";

const names: readonly Basis[] = ["cosine", "fourier", "hartley"];

describe("fourier keeps the laws", () => {
  const choices: readonly [readonly number[], Json][] = [
    [[1], { basis: "fourier" }],
    [[2], { basis: "hartley" }],
    [[31], { basis: "fourier" }],
    [[6, 8], { basis: "hartley" }],
    [[7, 5], { basis: "fourier" }],
    [[9, 4], { basis: "cosine" }],
    [[5, 4, 3], { basis: "fourier" }],
    [[3, 1, 11], { basis: "hartley" }],
  ];
  describe.each(choices)("on %j with %j", (domain, chosen) => {
    const create = (options: Json = chosen) => fourierModule.create({ domain }, options);
    for (const law of laws) test(law.name, () => law.check({ create, module: fourierModule, domain }));
  });
});

/** X U, in float64, of float32 atoms. */
function product({ rows, cols, data }: Matrix, u: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: u.cols }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum += data[row * cols + i]! * u.data[i * u.cols + j]!;
      return sum;
    }),
  );
}

const all = (size: number) => leading(size, size);
const noise = (rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: Float32Array.from({ length: rows * cols }, stream(rows, `noise/${cols}`).normal),
});

describe.each(names)("the %s dictionary", (basis) => {
  test.each(fixture.cases)("agrees with SciPy and NumPy on $domain, by atoms and by analyze", (found) => {
    const dictionary = fourier(found.domain, { basis });
    const signal: Matrix = { rows: 1, cols: dictionary.size, data: Float32Array.from(found.signal) };
    const [byAtoms] = product(signal, dictionary.atoms(all(dictionary.size)));
    const byTransform = dictionary.analyze(signal);
    expect([byTransform.rows, byTransform.cols]).toEqual([1, dictionary.size]);
    const scale = Math.hypot(...found.signal);
    byAtoms!.forEach((value, j) => {
      const expected = found[basis][dictionary.permutation[j]!]!;
      expect(Math.abs(value - expected)).toBeLessThan(1e-7 * scale);
      expect(Math.abs(byTransform.data[j]! - expected)).toBeLessThan(1e-7 * scale);
    });
  });

  test.each([[[28]], [[97]], [[16, 14]], [[5, 7, 6]]])("on %j is orthonormal as a whole", (domain) => {
    const { atoms, size } = fourier(domain, { basis });
    const u = atoms(all(size));
    const columns = Array.from({ length: size }, (_, j) =>
      Float64Array.from({ length: size }, (_, i) => u.data[i * size + j]!),
    );
    let worst = 0;
    for (let a = 0; a < size; a++)
      for (let b = a; b < size; b++) {
        const [left, right] = [columns[a]!, columns[b]!];
        let sum = a === b ? -1 : 0;
        for (let i = 0; i < size; i++) sum += left[i]! * right[i]!;
        worst = Math.max(worst, Math.abs(sum));
      }
    expect(worst).toBeLessThan(2e-7); // float32 rounds each entry by up to 6e-8 of itself
  });

  test.each([[[1]], [[12]], [[6, 9]], [[4, 3, 5]]])(
    "on %j has atom j at column permutation[j] of its factors",
    (domain) => {
      const { atoms, factors, permutation, size } = fourier(domain, { basis });
      expect(factors.map(({ rows, cols }) => [rows, cols])).toEqual(domain.map((n) => [n, n]));
      expect(permutation).toBeInstanceOf(Int32Array);
      expect([...permutation].sort((a, b) => a - b)).toEqual(all(size));
      const u = atoms(all(size));
      let worst = 0;
      for (let j = 0; j < size; j++)
        for (let i = 0; i < size; i++) {
          let [row, column, value] = [i, permutation[j]!, 1];
          for (const { rows, cols, data } of factors.toReversed()) {
            value *= data[(row % rows) * cols + (column % cols)]!;
            [row, column] = [Math.floor(row / rows), Math.floor(column / cols)];
          }
          worst = Math.max(worst, Math.abs(u.data[i * size + j]! - value));
        }
      expect(worst).toBeLessThan(2e-7);
    },
  );

  test.each([[[28, 28]], [[6, 7, 3]], [[97]]])("on %j analyzes a batch of any length as its atoms do", (domain) => {
    const { analyze, atoms, size } = fourier(domain, { basis });
    const u = atoms(all(size));
    for (const rows of [1, 2, 5]) {
      const samples = noise(rows, size);
      const before = samples.data.slice();
      const found = analyze(samples);
      const gaps = product(samples, u)
        .flat()
        .map((value, at) => Math.abs(value - found.data[at]!));
      expect(gaps).toHaveLength(rows * size);
      expect(Math.max(...gaps)).toBeLessThan(1e-7 * Math.sqrt(size));
      expect(samples.data).toEqual(before);
      expect(analyze(samples)).toEqual(found);
      expect(analyze(samples).data).not.toBe(found.data);
    }
    expect(analyze({ rows: 0, cols: size, data: new Float32Array(0) })).toEqual(noise(0, size));
  });
});

describe("fourier", () => {
  test("a sample's coefficients do not depend on the other samples of the batch", () => {
    const { analyze } = fourier([7, 5]);
    const [quiet, loud] = [noise(1, 35).data, new Float32Array(35).fill(1e30).with(3, Number.NaN)];
    const alone = analyze({ rows: 1, cols: 35, data: quiet }).data;
    const { data } = analyze({ rows: 3, cols: 35, data: Float32Array.of(...loud, ...quiet, ...loud) });
    expect(data.subarray(35, 70)).toEqual(alone);
    expect(data[0]).toBeNaN();
  });

  test("resolves its options: cosine by default", () => {
    const dictionary = fourier([4, 4]);
    expect(dictionary.options).toEqual({ basis: "cosine" });
    expect(dictionary.traits).toEqual({ orthonormal: true, independent: true, ordered: true, learned: false });
    expect(dictionary.size).toBe(16);
    expect(dictionary.atoms([9])).toEqual(fourier([4, 4], { basis: "cosine" }).atoms([9]));
  });

  test("rounds each entry once: 2 × 2 waves are ±1/2, and a constant is the nearest float32", () => {
    const u = fourier([2, 2]).atoms([0, 1, 2, 3]);
    const signs = [1, 1, 1, 1, 1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1];
    signs.forEach((sign, at) => {
      expect(u.data[at]).toBe(sign / 2);
    });
    const constant = fourier([3, 5, 7]).atoms([0]).data;
    expect(constant).toEqual(new Float32Array(105).fill(1 / Math.sqrt(105)));
  });

  test("the leading atoms hold a smooth image, while the same number of uniform ones does not", () => {
    const smooth = Float32Array.from({ length: 784 }, (_, at) => {
      const [y, x] = [Math.floor(at / 28) - 12, (at % 28) - 15];
      return Math.exp(-(x * x + y * y) / 60) * Math.cos(x / 3 + y / 5);
    });
    const energy = smooth.reduce((sum, value) => sum + value * value, 0);
    const { analyze } = fourier([28, 28]);
    const coefficients = analyze({ rows: 1, cols: 784, data: smooth }).data;
    const share = (indices: readonly number[]) => indices.reduce((sum, j) => sum + coefficients[j]! ** 2, 0) / energy;
    expect(share(all(784))).toBeCloseTo(1, 6);
    expect(share(leading(784, 39))).toBeGreaterThan(0.99);
    expect(share(uniform(784, 39, 7))).toBeLessThan(0.5);
  });

  test("a dictionary over 224 × 224 × 3 is small: factors of 224 and 3, and atoms on request", () => {
    const { atoms, factors, permutation, size } = fourier([224, 224, 3]);
    expect(size).toBe(150_528);
    expect(factors.map(({ data }) => data.length)).toEqual([224 * 224, 224 * 224, 9]);
    expect(permutation.subarray(0, 4)).toEqual(Int32Array.of(0, 3, 672, 675)); // (0,0,0), (0,1,0), (1,0,0), (1,1,0)
    const u = atoms([0, 150_527]);
    expect(u.data[0]).toBeCloseTo(1 / Math.sqrt(150_528), 8);
    expect(u.data.reduce((sum, value, at) => sum + (at % 2) * value * value, 0)).toBeCloseTo(1, 6);
  });

  test("hands out a copy of its permutation", () => {
    const dictionary = fourier([4, 6]);
    const before = dictionary.atoms([5]);
    dictionary.permutation[5] = 0;
    expect(dictionary.atoms([5])).toEqual(before);
  });

  test("does not keep the caller's domain", () => {
    const domain = [4, 4];
    const dictionary = fourier(domain);
    domain[0] = 9;
    expect(dictionary.domain).toEqual([4, 4]);
    expect(dictionary.factors[0]?.rows).toBe(4);
    expect(dictionary.atoms([0]).rows).toBe(16);
  });

  test("reports bad input", () => {
    expect(() => fourier([])).toThrow(
      RangeError("fourier: domain must be a list of positive integers such as [28, 28]; got []"),
    );
    expect(() => fourier([4, 0])).toThrow(RangeError);
    expect(() => fourier([2, 3, 4, 5])).toThrow(
      RangeError("fourier: domain must have 1 to 3 axes; got 4, [2,3,4,5]; merge axes, such as those of size 1"),
    );
    expect(() => fourier([8192, 8192])).toThrow(
      RangeError("fourier: prod(domain) must be at most 33554432; got 67108864, [8192,8192]"),
    );
    expect(() => fourier([4], { basis: "sine" } as unknown as FourierOptions)).toThrow(
      RangeError('fourier: basis must be one of cosine, fourier, hartley; got "sine"'),
    );
    expect(() => fourierModule.create({ domain: [4] }, { basis: 3 })).toThrow("got 3");
    expect(() => fourierModule.create({ domain: [4] }, { basis: ["cosine"] })).toThrow('got ["cosine"]');
    expect(() => fourierModule.create({ domain: [4] }, { basis: "toString" })).toThrow(RangeError);
    expect(() => fourier([4], { colums: 3 } as object)).toThrow(
      'fourier: there is no option "colums"; the options are',
    );
    expect(() => fourierModule.create({ domain: [4] }, { bases: "cosine" })).toThrow(
      RangeError('fourier: there is no option "bases" (did you mean basis?); the options are basis'),
    );
    expect(() => fourier([4]).atoms([4])).toThrow(RangeError("fourier: indices must be integers in [0, 3]; got 4"));
    expect(() => fourier([2, 2]).analyze(noise(3, 5))).toThrow(
      RangeError("fourier: samples must be [batch, 4]; got [3, 5] with 15 numbers"),
    );
    expect(() => fourier([2, 2]).analyze({ ...noise(3, 4), rows: 2 })).toThrow("got [2, 4] with 12 numbers");
  });
});
