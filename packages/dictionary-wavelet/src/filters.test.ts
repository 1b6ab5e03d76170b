import { describe, expect, test } from "vitest";
import fixture from "../fixtures/pywavelets.json" with { type: "json" };
import { innerFactors, spectralFactor, symlet } from "./daubechies";
import { filtersOf, type WaveletFamily, waveletFamilies } from "./filters";

const published: Readonly<Record<string, readonly number[]>> = fixture.filters;
const order = (family: WaveletFamily) => Number(family.replace(/\D+/, "")) || 1;

/** Σ weight(i) values_i */
const sum = (values: Float64Array, weight: (i: number) => number) =>
  values.reduce((total, value, i) => total + weight(i) * value, 0);

test("there are 24 families", () => {
  expect(waveletFamilies).toHaveLength(24);
  expect(waveletFamilies).toEqual(Object.keys(published));
});

describe.each(waveletFamilies)("%s", (family) => {
  const { low, high } = filtersOf(family);
  const moments = family.startsWith("coif") ? 2 * order(family) : order(family);
  // Moments around the middle, in units of half the length, so that they have the size of the coefficients.
  const place = (i: number) => (2 * i + 1 - low.length) / low.length;

  test("low and high are orthonormal to their own double shifts and to each other's, to 1e-10", () => {
    const shifted = (a: Float64Array, b: Float64Array, k: number) => sum(a, (i) => b[i + 2 * k] ?? 0);
    for (let k = 1 - low.length / 2; k < low.length / 2; k++) {
      expect(Math.abs(shifted(low, low, k) - (k === 0 ? 1 : 0))).toBeLessThan(1e-10);
      expect(Math.abs(shifted(high, high, k) - (k === 0 ? 1 : 0))).toBeLessThan(1e-10);
      expect(Math.abs(shifted(low, high, k))).toBeLessThan(1e-10);
    }
  });

  test("low sums to √2, and high cancels polynomials of degrees below its vanishing moments, but not further", () => {
    expect(Math.abs(sum(low, () => 1) - Math.SQRT2)).toBeLessThan(1e-10);
    for (let p = 0; p < moments; p++) expect(Math.abs(sum(high, (i) => place(i) ** p))).toBeLessThan(1e-10);
    expect(Math.abs(sum(high, (i) => place(i) ** moments))).toBeGreaterThan(1e-6);
  });

  test("agrees with PyWavelets to 1e-10", () => {
    const expected = published[family]!;
    expect(low).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs(low[i]! - value)).toBeLessThan(1e-10);
    });
  });

  if (family.startsWith("coif"))
    test("low has vanishing moments too, around the tap 2K", () => {
      const middle = 2 * order(family);
      for (let p = 1; p < moments; p++)
        expect(Math.abs(sum(low, (i) => ((2 * (i - middle)) / low.length) ** p))).toBeLessThan(1e-10);
    });
});

test("haar and db2 by their closed forms", () => {
  expect([...filtersOf("haar").low, ...filtersOf("haar").high]).toEqual(
    [1, 1, 1, -1].map((sign) => sign * Math.SQRT1_2),
  );
  const root = Math.sqrt(3);
  [1 + root, 3 + root, 3 - root, 1 - root].forEach((value, i) => {
    expect(filtersOf("db2").low[i]).toBeCloseTo(value / (4 * Math.SQRT2), 14);
  });
});

test("symlets are the least asymmetric: no other choice of roots has a phase closer to linear", () => {
  /** Largest distance of the phase from the line between its ends, without the linear phase of ((1 + z⁻¹)/2)ᴺ. */
  const bend = (factors: readonly (readonly number[])[], outside: string) => {
    const at = (frequency: number) =>
      factors.reduce((phase, factor, i) => {
        const [re, im] = [Math.cos, Math.sin].map((f) =>
          factor.reduce((total, value, n) => total + value * f(-n * frequency), 0),
        );
        const inner = Math.atan2(im!, re!); // less than half a turn, as all roots are inside
        // A reversed factor of degree n has the phase −nω − inner.
        return phase + (outside[i] === "o" ? -(factor.length - 1) * frequency - inner : inner);
      }, 0);
    const phases = Array.from({ length: 201 }, (_, i) => at((i * Math.PI) / 200));
    return Math.max(...phases.map((phase, i) => Math.abs(phase - (phases[200]! * i) / 200)));
  };
  for (let n = 2; n <= 10; n++) {
    const factors = innerFactors(n);
    const choices = Array.from({ length: 2 ** factors.length }, (_, bits) =>
      factors.map((_, i) => ((bits >> i) & 1 ? "o" : "i")).join(""),
    );
    const filter = symlet(n);
    const distance = (outside: string) =>
      Math.max(...spectralFactor(n, outside).map((value, i) => Math.abs(value - filter[i]!)));
    const taken = choices.find((outside) => distance(outside) < 1e-12)!;
    expect(bend(factors, taken)).toBeLessThan(Math.min(...choices.map((outside) => bend(factors, outside))) + 1e-9);
  }
});
