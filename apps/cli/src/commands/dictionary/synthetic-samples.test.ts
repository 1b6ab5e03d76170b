import { expect, test } from "vitest";
import { syntheticSamples } from "./synthetic-samples";

const all = (seed?: number) => [...syntheticSamples([6, 5], seed).batches()];

test("each call gives the same samples, from the first on; another seed gives others", () => {
  const source = syntheticSamples([6, 5]);
  const [first] = source.batches();
  expect([...source.batches()][0]).toEqual(first);
  expect(all(2)[0]!.data).not.toEqual(first!.data);
  expect(all().map(({ rows, cols }) => [rows, cols])).toEqual([
    [100, 30],
    [100, 30],
  ]);
  expect([...syntheticSamples([10, 10]).batches()]).toHaveLength(4);
});

test("their logits: mean 0, variance 1, correlation of neighbors 0.7, within five standard errors", () => {
  const values = all().flatMap(({ data }) => [...data].map((x) => Math.log(x / (1 - x))));
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
  const neighbors = values.flatMap((value, at) => (at % 30 === 0 ? [] : [value * values[at - 1]!]));
  const correlation = neighbors.reduce((a, b) => a + b) / neighbors.length;
  // Of AR(1): the variance of the mean is (1 + ρ)/(1 − ρ)/n; of the second moments at most (1 + ρ²)/(1 − ρ²)·2/n.
  expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1.7 / 0.3 / n));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt((2 * 1.49) / 0.51 / n));
  expect(Math.abs(correlation - 0.7)).toBeLessThan(5 * Math.sqrt((2 * 1.49) / 0.51 / n));
});
