import { describe, expect, test } from "vitest";
import { type Axis, axes, type Basis } from "./axis";

const names = Object.keys(axes) as Basis[];
const sizes = [1, 2, 3, 4, 5, 8, 13, 28, 32, 97];
const atom = ({ size, entry }: Axis, k: number) => Array.from({ length: size }, (_, i) => entry(i, k));

describe.each(names)("the %s basis", (name) => {
  test.each(sizes)("of size %i is orthonormal to 1e-12", (size) => {
    const axis = axes[name](size);
    const atoms = Array.from({ length: size }, (_, k) => atom(axis, k));
    let worst = 0;
    for (const [a, left] of atoms.entries())
      for (const [b, right] of atoms.entries()) {
        const product = left.reduce((sum, value, i) => sum + value * right[i]!, a === b ? -1 : 0);
        worst = Math.max(worst, Math.abs(product));
      }
    expect(worst).toBeLessThan(1e-12);
  });

  test.each(sizes)("of size %i agrees, entry by entry, with the sums of its transform", (size) => {
    const { entry, source, sum } = axes[name](size);
    let worst = 0;
    for (let k = 0; k < size; k++) {
      const { bin, c, s } = sum(k);
      for (let j = 0; j < size; j++) {
        const angle = (2 * Math.PI * ((bin * j) % size)) / size;
        const value = c * Math.cos(angle) + s * Math.sin(angle);
        worst = Math.max(worst, Math.abs(value - entry(source(j), k)));
      }
    }
    expect(worst).toBeLessThan(1e-14);
  });

  test("reads every sample once", () => {
    for (const size of sizes) {
      const { source } = axes[name](size);
      const read = Array.from({ length: size }, (_, j) => source(j));
      expect(read.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }
  });
});

describe("frequencies, in units of Nyquist over the size", () => {
  const frequencies = (name: Basis, size: number) => {
    const { frequency } = axes[name](size);
    return Array.from({ length: size }, (_, k) => frequency(k));
  };

  test("are the half cycles along the axis", () => {
    expect(frequencies("cosine", 5)).toEqual([0, 1, 2, 3, 4]);
    expect(frequencies("fourier", 5)).toEqual([0, 2, 2, 4, 4]);
    expect(frequencies("fourier", 6)).toEqual([0, 2, 2, 4, 4, 6]);
    expect(frequencies("hartley", 5)).toEqual([0, 2, 4, 4, 2]);
    expect(frequencies("hartley", 6)).toEqual([0, 2, 4, 6, 4, 2]);
  });

  test("are those of the atoms: with periodic ends, the second difference of a wave is -4 sin² times the wave", () => {
    for (const name of ["fourier", "hartley"] as const)
      for (const size of [3, 8, 13]) {
        const axis = axes[name](size);
        for (let k = 0; k < size; k++) {
          const wave = atom(axis, k);
          const factor = -4 * Math.sin((Math.PI * axis.frequency(k)) / (2 * size)) ** 2;
          for (let i = 0; i < size; i++) {
            const second = wave[(i + 1) % size]! - 2 * wave[i]! + wave[(i + size - 1) % size]!;
            expect(Math.abs(second - factor * wave[i]!)).toBeLessThan(1e-14);
          }
        }
      }
  });

  test("are those of the cosine atoms: the same holds with mirrored ends", () => {
    for (const size of [2, 3, 8, 13]) {
      const axis = axes.cosine(size);
      for (let k = 0; k < size; k++) {
        const wave = atom(axis, k);
        const factor = -4 * Math.sin((Math.PI * axis.frequency(k)) / (2 * size)) ** 2;
        for (let i = 0; i < size; i++) {
          const second = wave[Math.min(i + 1, size - 1)]! - 2 * wave[i]! + wave[Math.max(i - 1, 0)]!;
          expect(Math.abs(second - factor * wave[i]!)).toBeLessThan(1e-14);
        }
      }
    }
  });
});

describe("atoms worked by hand", () => {
  const half = Math.SQRT1_2;
  test.each<[Basis, number, number[][]]>([
    ["cosine", 1, [[1]]],
    ["fourier", 1, [[1]]],
    ["hartley", 1, [[1]]],
    // With two samples there is only one basis: sum and difference.
    [
      "cosine",
      2,
      [
        [half, half],
        [half, -half],
      ],
    ],
    [
      "fourier",
      2,
      [
        [half, half],
        [half, -half],
      ],
    ],
    [
      "hartley",
      2,
      [
        [half, half],
        [half, -half],
      ],
    ],
    [
      "cosine",
      3,
      [Array(3).fill(Math.sqrt(1 / 3)), [half, 0, -half], [Math.sqrt(1 / 6), -Math.sqrt(2 / 3), Math.sqrt(1 / 6)]],
    ],
    [
      "fourier",
      4,
      [
        [0.5, 0.5, 0.5, 0.5],
        [half, 0, -half, 0],
        [0, half, 0, -half],
        [0.5, -0.5, 0.5, -0.5],
      ],
    ],
    [
      "hartley",
      4,
      [
        [0.5, 0.5, 0.5, 0.5],
        [0.5, 0.5, -0.5, -0.5],
        [0.5, -0.5, 0.5, -0.5],
        [0.5, -0.5, -0.5, 0.5],
      ],
    ],
  ])("%s, %i samples", (name, size, expected) => {
    const axis = axes[name](size);
    expected.forEach((values, k) => {
      atom(axis, k).forEach((value, i) => {
        expect(value).toBeCloseTo(values[i]!, 15);
      });
    });
  });
});
