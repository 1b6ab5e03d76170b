import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { checkIndices } from "./checks";
import type { Dictionary } from "./contract";
import { byEnergy } from "./energy";
import { kronecker, matmul, pick } from "./testing/linear-algebra";

const random = (rows: number, cols: number, name: string): Matrix => {
  const { normal } = stream(5, name);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, normal) };
};

/** Dictionary of these columns, without factors or analyze. */
const plain = (u: Matrix, domain: readonly number[] = [u.rows]): Dictionary => ({
  contract: 1,
  name: "columns",
  domain,
  size: u.cols,
  options: {},
  traits: { orthonormal: false, independent: true, ordered: false, learned: false },
  atoms: (indices) => pick(u, checkIndices("columns", indices, u.cols)),
});

const matrix = (...rows: number[][]): Matrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float32Array.from(rows.flat()),
});

/** Oracle: every coefficient squared and summed, by the definition; the largest ones. */
function oracle(u: Matrix, samples: Matrix, count: number): number[] {
  const { data } = matmul(samples, u);
  const energy = Array.from({ length: u.cols }, (_, j) =>
    data.reduce((sum, value, k) => sum + (k % u.cols === j ? value ** 2 : 0), 0),
  );
  const ranked = energy.map((value, j) => ({ value, j })).sort((a, b) => b.value - a.value);
  return ranked
    .slice(0, count)
    .map(({ j }) => j)
    .sort((a, b) => a - b);
}

describe("byEnergy", () => {
  test("takes the largest mean squared coefficients, worked by hand", () => {
    // Coefficients of the two samples: [1, 0, 4, -3] and [1, 2, 0, -3]; energies 1, 2, 8, 9.
    const u = matrix([1, 0, 4, -3], [1, 2, 0, -3]);
    const samples = [matrix([1, 0]), matrix([0, 1])];
    expect(byEnergy(plain(u), () => samples, 1)).toEqual([3]);
    expect(byEnergy(plain(u), () => samples, 2)).toEqual([2, 3]);
    expect(byEnergy(plain(u), () => samples, 3)).toEqual([1, 2, 3]);
    expect(byEnergy(plain(u), () => samples, 4)).toEqual([0, 1, 2, 3]);
  });

  test("does not scale atoms to length 1: longer ones win, even if they point away from the samples", () => {
    const u = matrix([1, 3], [0, 3]); // the sample itself, and three times a vector that is 45° off
    expect(byEnergy(plain(u), () => [matrix([2, 0])], 1)).toEqual([1]);
  });

  test("gives ties to the lower index", () => {
    const u = matrix([1, -2, 1, 2, 1]);
    expect(byEnergy(plain(u), () => [matrix([3])], 1)).toEqual([1]);
    expect(byEnergy(plain(u), () => [matrix([3])], 3)).toEqual([0, 1, 3]);
  });

  test("makes the same choice by atoms, factors, permuted factors and analyze", () => {
    const domain = [5, 6];
    const factors = [random(5, 4, "factor/0"), random(6, 7, "factor/1")];
    const permutation = stream(5, "order").permutation(28);
    const inOrder = kronecker(factors, [...Array(28).keys()]);
    const permuted = kronecker(factors, [...permutation]);
    const samples = random(9, 30, "samples");
    const batches = () => [samples];
    const inTwo = () => [
      { rows: 4, cols: 30, data: samples.data.slice(0, 120) },
      { rows: 5, cols: 30, data: samples.data.slice(120) },
    ];
    const never = (): never => {
      throw new Error("not to be called");
    };
    for (const count of [1, 10, 27]) {
      const expected = oracle(inOrder, samples, count);
      expect(byEnergy(plain(inOrder, domain), batches, count)).toEqual(expected);
      expect(byEnergy({ ...plain(inOrder, domain), atoms: never, factors }, inTwo, count)).toEqual(expected);

      const other = oracle(permuted, samples, count);
      const withFactors = { ...plain(permuted, domain), atoms: never, factors, permutation };
      expect(byEnergy(plain(permuted, domain), inTwo, count)).toEqual(other);
      expect(byEnergy(withFactors, batches, count)).toEqual(other);
      const analyze = (x: Matrix) => matmul(x, permuted);
      expect(byEnergy({ ...withFactors, factors: [], analyze }, inTwo, count)).toEqual(other);
    }
  });

  test("keeps more of the samples' squared length than any other choice if the atoms are orthonormal", () => {
    const half = Math.SQRT1_2;
    const u = matrix([half, half, 0], [half, -half, 0], [0, 0, 1]);
    const samples = matrix([3, 2, 1], [-1, 1, 2], [2, 2, -3]);
    const kept = (indices: readonly number[]) =>
      matmul(samples, pick(u, indices)).data.reduce((sum, value) => sum + value ** 2, 0);
    const chosen = byEnergy(plain(u), () => [samples], 2);
    expect(chosen).toEqual([0, 2]);
    for (const other of [
      [0, 1],
      [1, 2],
    ])
      expect(kept(chosen)).toBeGreaterThan(kept(other));
  });

  test("takes atoms in blocks if there are too many to hold at once", () => {
    // 4096 inputs: 1024 atoms per block, so 2500 are three blocks. Atom j is the unit vector of input 2500 − j.
    const blocks: number[] = [];
    const [rows, size] = [4096, 2500];
    const dictionary: Dictionary = {
      ...plain({ rows, cols: size, data: new Float32Array() }),
      atoms(indices) {
        blocks.push(indices.length);
        const data = new Float32Array(rows * indices.length);
        indices.forEach((index, j) => {
          data[(size - index) * indices.length + j] = 1;
        });
        return { rows, cols: indices.length, data };
      },
    };
    const sample: Matrix = { rows: 1, cols: rows, data: new Float32Array(rows) };
    for (const [input, value] of [
      [1, -7],
      [1490, 5],
      [2499, 6],
      [2500, 4],
      [3000, 9],
    ] as const)
      sample.data[input] = value;
    expect(byEnergy(dictionary, () => [sample], 4)).toEqual([0, 1, 1010, 2499]);
    expect(blocks).toEqual([1024, 1024, 452]);
  });

  test("reports bad input", () => {
    const dictionary = plain(random(6, 4, "atoms"), [2, 3]);
    const samples = [random(2, 6, "samples")];
    expect(() => byEnergy(dictionary, () => samples, 5)).toThrow(
      RangeError("byEnergy: count must be an integer in [1, 4], the atoms on offer; got 5"),
    );
    expect(() => byEnergy(dictionary, () => samples, 1.5)).toThrow(RangeError);
    expect(() => byEnergy(dictionary, () => [], 2)).toThrow(
      RangeError("byEnergy: there must be at least one sample; got none"),
    );
    const none = () => [{ rows: 0, cols: 6, data: new Float32Array() }];
    for (const kind of [dictionary, { ...dictionary, factors: [random(2, 2, "a"), random(3, 2, "b")] }])
      expect(() => byEnergy(kind, none, 2)).toThrow("at least one sample");
    expect(() => byEnergy(dictionary, () => [...samples, random(2, 5, "short")], 2)).toThrow(
      RangeError("byEnergy: samples must be [batch, 6]; got [2, 5] with 10 numbers"),
    );
    expect(() => byEnergy(dictionary, () => [matrix([1, 2, 3, Number.NaN, 5, 6])], 2)).toThrow(
      RangeError("byEnergy: samples must be finite numbers; there is NaN or Infinity among them or their squares"),
    );
    const dependent = { ...dictionary, traits: { ...dictionary.traits, independent: false } };
    expect(() => byEnergy(dependent, () => samples, 2)).toThrow(
      RangeError(
        'byEnergy: selection "energy" needs a dictionary of independent atoms, such as "fourier" or "wavelet"; got "columns": choose "uniform"',
      ),
    );
  });
});
