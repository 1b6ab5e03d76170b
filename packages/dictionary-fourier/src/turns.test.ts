import { describe, expect, test } from "vitest";
import { cosine, sine } from "./turns";

describe("cosine and sine of a fraction of a turn", () => {
  test("are exact at quarter turns, and correct to float64 at twelfths", () => {
    expect([0, 1, 2, 3, 4].map((part) => cosine(part, 4))).toEqual([1, 0, -1, 0, 1]);
    expect([0, 1, 2, 3, 4].map((part) => sine(part, 4))).toEqual([0, 1, 0, -1, 0]);
    expect(cosine(2, 12)).toBeCloseTo(0.5, 15);
    expect(sine(1, 12)).toBeCloseTo(0.5, 15);
    expect(cosine(1, 8)).toBeCloseTo(Math.SQRT1_2, 15);
  });

  test("agree with Math.cos and Math.sin all around the circle, in both directions", () => {
    for (const whole of [1, 2, 3, 7, 8, 12, 97, 112])
      for (let part = -2 * whole; part <= 2 * whole; part++) {
        const angle = (2 * Math.PI * part) / whole;
        expect(Math.abs(cosine(part, whole) - Math.cos(angle))).toBeLessThan(4e-15);
        expect(Math.abs(sine(part, whole) - Math.sin(angle))).toBeLessThan(4e-15);
      }
  });

  test("are equal for equal angles: whole turns, mirror images and unreduced fractions", () => {
    for (let part = 0; part < 112; part++) {
      const value = cosine(part, 112);
      expect(cosine(part + 112 * 1e9, 112)).toBe(value);
      expect(cosine(-part, 112)).toBe(value);
      expect(cosine(6 * part, 6 * 112)).toBeCloseTo(value, 15);
      expect(cosine(part + 56, 112) + value).toBe(0);
    }
  });
});
