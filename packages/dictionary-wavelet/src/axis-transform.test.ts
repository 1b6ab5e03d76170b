import { describe, expect, test } from "vitest";
import fixture from "../fixtures/pywavelets.json" with { type: "json" };
import { axisTransform } from "./axis-transform";
import { maxLevel } from "./boundary";
import { filtersOf, waveletFamilies } from "./filters";

/** Atoms of an axis, [size, length]. */
function atoms(...[length, ...rest]: Parameters<typeof axisTransform>) {
  const axis = axisTransform(length, ...rest);
  const identity = Float64Array.from({ length: length * length }, (_, i) => (i % (length + 1) === 0 ? 1 : 0));
  return { ...axis, data: axis.decompose(identity, length) };
}

describe("periodization is orthonormal in float64", () => {
  // Even, odd, prime, powers of two, shorter and longer than the filters.
  const lengths = [1, 2, 3, 5, 7, 8, 12, 13, 28];
  test.each(waveletFamilies)("%s, lengths 1 to 28, every depth", (family) => {
    const filters = filtersOf(family);
    for (const length of lengths)
      for (let levels = 0; levels <= Math.ceil(Math.log2(length)); levels++) {
        const { size, data } = atoms(length, filters, "periodization", levels);
        expect(size).toBe(length);
        let worst = 0;
        for (let a = 0; a < size; a++)
          for (let b = a; b < size; b++) {
            let dot = 0;
            for (let i = 0; i < length; i++) dot += data[a * length + i]! * data[b * length + i]!;
            worst = Math.max(worst, Math.abs(dot - (a === b ? 1 : 0)));
          }
        expect(worst, `length ${length}, ${levels} levels`).toBeLessThan(1e-10);
      }
  });
});

test("haar on three samples: the third one passes to the next level", () => {
  const { data } = atoms(3, filtersOf("haar"), "periodization", 2);
  const r = Math.SQRT1_2;
  // a = ((x₀ + x₁)/√2, x₂); then its sum and difference over √2, and the first level's difference.
  [0.5, 0.5, r, 0.5, 0.5, -r, r, -r, 0].forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 14);
  });
});

test("symmetric: a constant has no details, at any length", () => {
  for (const family of waveletFamilies)
    for (const length of [2, 9, 40]) {
      const levels = maxLevel(length, filtersOf(family).low.length);
      const { decompose, depths } = axisTransform(length, filtersOf(family), "symmetric", levels);
      const coefficients = decompose(new Float64Array(length).fill(1), 1);
      depths.forEach((depth, j) => {
        expect(coefficients[j]).toBeCloseTo(depth > 0 ? 0 : 2 ** (levels / 2), 9);
      });
    }
});

test("symmetric: no atom is zero or short", () => {
  for (const family of waveletFamilies) {
    const filters = filtersOf(family);
    const taps = filters.low.length;
    for (const length of [taps - 2, taps - 1, taps, taps + 1, 2 * taps - 1, 2 * taps + 1]) {
      if (length < 1) continue;
      const { size, data } = atoms(length, filters, "symmetric", maxLevel(length, taps));
      expect(size).toBeGreaterThanOrEqual(length);
      const squares = new Float64Array(size);
      data.forEach((value, k) => {
        squares[Math.floor(k / length)]! += value * value;
      });
      expect(Math.min(...squares), `${family}, ${length} samples`).toBeGreaterThan(0.04);
    }
  }
});

test("decompose keeps lanes separate and its input unchanged", () => {
  const { decompose, size } = axisTransform(5, filtersOf("db3"), "symmetric", 1);
  const lanes = Float64Array.from({ length: 15 }, (_, i) => Math.sin(i * i));
  const copy = lanes.slice();
  const together = decompose(lanes, 3);
  expect(lanes).toEqual(copy);
  for (let lane = 0; lane < 3; lane++) {
    const pick = (values: Float64Array) => values.filter((_, i) => i % 3 === lane);
    expect(pick(together)).toEqual(decompose(pick(lanes), 1));
  }
  expect(together).toHaveLength(3 * size);
});

test("maxLevel agrees with PyWavelets' dwt_max_level", () => {
  for (const [length, taps, level] of fixture.maxLevels) expect(maxLevel(length!, taps!)).toBe(level);
});
