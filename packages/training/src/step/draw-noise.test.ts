import { describe, expect, test } from "vitest";
import { drawNoise } from "./draw-noise";
import type { Noise } from "./noise";

const kept = (shape: Noise["shape"], rate: number): Noise => ({ layer: "any", shape, kind: "kept", rate });
const share = (values: Float32Array, of: (value: number) => boolean) => values.filter(of).length / values.length;

describe("drawNoise", () => {
  test.each([0.5, 0.1, 1 / 3, 0.001])(
    "rate %f: a share of that size is 0, within 4 standard deviations; the others are 1 / (1 − rate)",
    (rate) => {
      const size = 200_000;
      const [values] = drawNoise([kept([null, 100], rate)], 5, 0, size / 100) as [Float32Array];
      expect(values).toHaveLength(size);
      const dropped = share(values, (value) => value === 0);
      expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / size));
      expect(share(values, (value) => value === Math.fround(1 / (1 - rate)))).toBeCloseTo(1 - dropped, 12);
    },
  );

  test("neighbors are independent: at rate 0.5, both are 0 in a quarter of 200,000 pairs, at every distance up to 8", () => {
    const [values] = drawNoise([kept([null], 0.5)], 1, 0, 200_008) as [Float32Array];
    for (let distance = 1; distance <= 8; distance++) {
      let both = 0;
      for (let i = 0; i < 200_000; i++) if (values[i] === 0 && values[i + distance] === 0) both++;
      expect(Math.abs(both / 200_000 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 200_000));
    }
  });

  test("normal numbers have mean 0 and variance 1", () => {
    const [values] = drawNoise([{ ...kept([null], 0), kind: "normal" }], 5, 3, 50_000) as [Float32Array];
    const mean = values.reduce((a, b) => a + b) / 50_000;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 50_000;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(50_000));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 50_000));
  });

  test("depends only on the seed, the step and the call", () => {
    const two = [kept([null, 9], 0.5), kept([null, 9], 0.5)];
    const first = drawNoise(two, 1, 0, 8);
    expect(drawNoise(two, 1, 0, 8)).toEqual(first);
    const all = [...first, ...drawNoise(two, 2, 0, 8), ...drawNoise(two, 1, 1, 8)].map(String);
    expect(new Set(all).size).toBe(6);
  });
});
