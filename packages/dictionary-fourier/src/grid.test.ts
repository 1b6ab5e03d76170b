import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/fourier.json";
import { type Axis, axes, type Basis } from "./axis";
import { coarseToFine, gridTransform } from "./grid";

const names = Object.keys(axes) as Basis[];
const norm = (values: readonly number[]) => Math.hypot(...values);

/** Oracle: products with the columns of the bases' Kronecker product, one axis after another, from their entries. */
function direct(bases: readonly Axis[], signal: readonly number[]): number[] {
  let stride = signal.length;
  return bases.reduce<readonly number[]>((values, { size, entry }) => {
    stride /= size;
    return values.map((_, at) => {
      const [k, start] = [Math.floor(at / stride) % size, at - (Math.floor(at / stride) % size) * stride];
      let sum = 0;
      for (let i = 0; i < size; i++) sum += entry(i, k) * values[start + i * stride]!;
      return sum;
    });
  }, signal) as number[];
}

function transformed(bases: readonly Axis[], signal: readonly number[]): number[] {
  const grid = Float64Array.from(signal);
  gridTransform(bases)(grid);
  return [...grid];
}

const domains = [[1], [2], [3], [7], [28], [32], [97], [101], [224], [1, 1], [5, 7], [28, 28], [6, 7, 3], [4, 1, 13]];

describe.each(names)("gridTransform with the %s basis", (name) => {
  test.each(domains.map((domain) => ({ domain })))("of $domain is the direct product to 1e-12", ({ domain }) => {
    const bases = domain.map(axes[name]);
    const signal = Array.from({ length: sizeOf(domain) }, stream(5, `signal/${domain}`).normal);
    const expected = direct(bases, signal);
    const gaps = transformed(bases, signal).map((value, i) => value - expected[i]!);
    expect(norm(gaps)).toBeLessThan(1e-12 * norm(expected));
  });

  test.each(fixture.cases)("agrees with SciPy and NumPy on $domain to 1e-12", ({ domain, signal, ...found }) => {
    const expected = found[name];
    const gaps = transformed(domain.map(axes[name]), signal).map((value, i) => value - expected[i]!);
    expect(norm(gaps)).toBeLessThan(1e-12 * norm(expected));
  });
});

const order = (basis: Basis, domain: readonly number[]) => [...coarseToFine(domain.map(axes[basis]))];

describe("coarseToFine", () => {
  test("worked by hand: a grid of 2 × 3 cosines", () => {
    // (k₁/2)² + (k₂/3)² of (k₁, k₂), over 36: (0,0) 0, (0,1) 4, (0,2) 16, (1,0) 9, (1,1) 13, (1,2) 25.
    expect(order("cosine", [2, 3])).toEqual([0, 1, 3, 4, 2, 5]);
  });

  test("worked by hand: waves around a ring", () => {
    expect(order("cosine", [5])).toEqual([0, 1, 2, 3, 4]);
    expect(order("fourier", [6])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(order("hartley", [6])).toEqual([0, 1, 5, 2, 4, 3]);
    // Cycles 0, 1, 2, 1 of 4 along one axis, 0, 1, 1 of 3 along the other; squares over 36: 0, 9, 36, 9 and 0, 16, 16.
    expect(order("hartley", [4, 3])).toEqual([0, 3, 9, 1, 2, 4, 5, 10, 11, 6, 7, 8]);
  });

  test("equal frequencies keep the order of the product: 3² + 4² = 5², though not in rounded fractions", () => {
    const sixths = (a: number, b: number) => (a / 6) ** 2 + (b / 6) ** 2;
    expect(sixths(3, 4)).not.toBe(sixths(0, 5)); // why the order uses whole numbers
    const found = order("cosine", [6, 6]).filter((index) => [5, 22, 27, 30].includes(index));
    expect(found).toEqual([5, 22, 27, 30]); // (0, 5), (3, 4), (4, 3), (5, 0), and nothing between them
    expect(order("cosine", [6, 6]).indexOf(30) - order("cosine", [6, 6]).indexOf(5)).toBe(3);
  });

  test("an axis of one sample does not change the order", () => {
    expect(order("fourier", [1])).toEqual([0]);
    expect(order("cosine", [1, 5, 1])).toEqual(order("cosine", [5]));
  });

  test.each<[Basis, number[]]>([
    ["cosine", [97, 13]],
    ["cosine", [28, 28]],
    ["fourier", [10, 6, 15]],
    ["hartley", [9, 7, 5]],
  ])("%s on %j is the order of exact fractions", (basis, domain) => {
    // Σ (f_a / n_a)² times the product of all n_a², in integers of any length.
    const over = domain.reduce((product, n) => product * BigInt(n), 1n);
    const columns = domain.reduce<bigint[]>(
      (sums, n) => {
        const { frequency } = axes[basis](n);
        const squares = Array.from({ length: n }, (_, k) => ((BigInt(frequency(k)) * over) / BigInt(n)) ** 2n);
        return sums.flatMap((sum) => squares.map((square) => sum + square));
      },
      [0n],
    );
    const expected = [...columns.keys()].sort((a, b) =>
      columns[a]! < columns[b]! ? -1 : columns[a]! > columns[b]! ? 1 : a - b,
    );
    expect(order(basis, domain)).toEqual(expected);
  });
});
