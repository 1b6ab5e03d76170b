import { readFileSync } from "node:fs";
import { log, stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { categorical, parzen, weightsOf } from "./parzen";

interface Case {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly choices?: number;
  readonly observed: readonly number[];
  readonly at: readonly number[];
  readonly logDensities: readonly number[];
}
const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../../fixtures/parzen.json", import.meta.url), "utf8"),
);

describe("densities are those of Optuna's estimators", () => {
  test.each(cases.map((one) => [one.choices ?? `[${one.low}, ${one.high}]`, one.observed.length, one] as const))(
    "%s, %i observations",
    (_, __, { choices, low, high, log: isLog, observed, at, logDensities }) => {
      const place = (value: number) => (isLog ? log(value) : value);
      const density =
        choices === undefined
          ? parzen(observed.map(place), { low: place(low), high: place(high) })
          : categorical(observed, choices);
      for (const [i, value] of at.entries()) expect(density.logDensity(place(value))).toBeCloseTo(logDensities[i]!, 5);
    },
  );
});

test("values are drawn as often as their density says", () => {
  const density = parzen([0.1, 0.12, 0.9], { low: 0, high: 1 });
  const draw = stream(1, "draws");
  const count = 20_000;
  const below = Array.from({ length: count }, () => density.draw(draw)).filter((value) => value < 0.3).length;
  const steps = 3000;
  const share =
    Array.from({ length: steps }, (_, i) => Math.exp(density.logDensity((0.3 * (i + 0.5)) / steps))).reduce(
      (sum, value) => sum + value,
      0,
    ) *
    (0.3 / steps);
  // Four standard deviations of the count.
  expect(Math.abs(below / count - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / count));
});

test("weights of more than 25 observations rise from 1 / n", () => {
  expect(weightsOf(3)).toEqual([1, 1, 1]);
  expect(weightsOf(26).slice(0, 2)).toEqual([1 / 26, 1]);
  expect(weightsOf(28).slice(0, 4)).toEqual([1 / 28, expect.closeTo((1 + 1 / 28) / 2), 1, 1]);
});
