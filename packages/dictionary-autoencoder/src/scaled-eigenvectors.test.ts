import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { principalComponents } from "./principal-components";
import { exactComponents } from "./testing/exact-components";
import { inBatches } from "./testing/fitting";

/** Correlated samples, [rows, deviations.length] as float32, whose coordinates have about these standard deviations. */
function samplesOf(seed: number, rows: number, deviations: readonly number[]): number[] {
  const { normal } = stream(seed, "samples");
  return Array.from({ length: rows }, () => {
    const z = deviations.map(() => normal());
    return deviations.map((deviation, i) => Math.fround(deviation * (z[i]! + 0.4 * z[(i + 1) % z.length]!)));
  }).flat();
}

const componentsOf = (values: number[], n: number) => {
  const dictionary = principalComponents({ domain: [n], batches: inBatches(values.length / n, n, values, 7) });
  return { size: dictionary.size, atoms: dictionary.atoms(Array.from({ length: dictionary.size }, (_, j) => j)) };
};

describe("principal components of badly scaled samples equal those of exact arithmetic", () => {
  /** @param deviations of the coordinates, about */
  const expectExact = (values: number[], deviations: readonly number[], what: string) => {
    const n = deviations.length;
    const { size, atoms } = componentsOf(values, n);
    expect(size, what).toBe(n);
    const along = [...deviations].sort((a, b) => b - a);
    for (const [j, vector] of exactComponents(values, n).entries()) {
      const product = vector.reduce((sum, value, i) => sum + value * atoms.data[i * size + j]!, 0);
      for (const [i, value] of vector.entries()) {
        // An entry is as small as the ratio of the coordinate's deviation to the component's, or the other way round.
        const scale = Math.min(deviations[i]! / along[j]!, along[j]! / deviations[i]!);
        expect(Math.abs(atoms.data[i * size + j]! - Math.sign(product) * value) / scale, what).toBeLessThan(1e-5);
      }
    }
  };

  test.each([
    ["12 beside 9·10⁷", [9e7, 12]],
    ["the small ones first", [12, 9e7, 11]],
    ["over 20 orders of magnitude", [1e-6, 1e4, 1e14]],
    ["equal scales", [1, 1, 1, 1]],
  ])("%s", (what, deviations) => {
    expectExact(samplesOf(1, 40, deviations), deviations, what);
  });

  test("generated scales", () => {
    for (let seed = 0; seed < sweep(20); seed++) {
      const { uniform } = stream(seed, "scales");
      const deviations = Array.from({ length: 3 }, () => 10 ** (18 * uniform() - 9));
      expectExact(samplesOf(seed, 20, deviations), deviations, `seed ${seed}: ${deviations}`);
    }
  });

  test("a coordinate that is a combination of others adds no direction, whatever its unit", () => {
    for (const unit of [1e-9, 1, 1e9]) {
      const { normal } = stream(2, "combination");
      // Whole numbers and powers of two: the combination is exact in float32.
      const scale = 2 ** Math.round(Math.log2(unit));
      const values = Array.from({ length: 50 }, () => {
        const [a, b] = [Math.round(100 * normal()), Math.round(100 * normal())];
        return [a, b * 2 ** 20, scale * (a + b)];
      }).flat();
      expect(componentsOf(values, 3).size).toBe(2);
    }
  });
});
