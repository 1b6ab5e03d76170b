import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-training.json";
import type { EpochRecord } from "../loop/progress";
import { type PlateauOptions, plateau } from "./plateau";

const historyOf = (losses: readonly number[]): readonly EpochRecord[] =>
  losses.map((loss, i) => ({ epoch: i + 1, step: i, loss, rate: 1 }));

/** Options of the fixtures, in their order. */
const options: readonly PlateauOptions[] = [
  { factor: 0.5, patience: 2, minDelta: 0 },
  { factor: 0.5, patience: 2, minDelta: 0.03, cooldown: 3 },
  { patience: 0, cooldown: 1, floor: 0.003 },
  { factor: 0.3, patience: 1, mode: "max" },
  { factor: 0.01, patience: 0, minDelta: 0.01 },
];

describe("plateau", () => {
  test.each(options.map((one, i) => [JSON.stringify(one), i] as const))("%s: PyTorch's rates", (_, i) => {
    const { losses, rates } = torch.plateau[i]!;
    const schedule = plateau(1, options[i]);
    expect(new Set(rates).size).toBeGreaterThan(3);
    for (const [epoch, rate] of rates.entries())
      expect(Math.abs(schedule(9, historyOf(losses.slice(0, epoch))) / rate - 1)).toBeLessThan(1e-12);
  });

  test("the rate follows from the history alone, in any order of the calls, and not from the step", () => {
    const { losses, rates } = torch.plateau[0]!;
    const schedule = plateau(1, options[0]);
    for (const epoch of [40, 3, 17, 40, 0])
      expect(schedule(epoch, historyOf(losses.slice(0, epoch)))).toBe(rates[epoch]);
    expect(schedule(1, [])).toBe(schedule(1000, []));
  });

  test("a metric of the evaluations; epochs without one do not count, and a NaN is not better", () => {
    const schedule = plateau(1, { patience: 0, factor: 0.5, metric: "r2" });
    const measured = (values: readonly (number | undefined)[]): readonly EpochRecord[] =>
      historyOf(values.map((_, i) => i)).map((record, i) => ({
        ...record,
        ...(values[i] !== undefined && {
          evaluation: { error: Number.NaN, loss: 0, count: 1, metrics: { r2: values[i]! } },
        }),
      }));
    expect(schedule(0, measured([0.1, 0.2, 0.3]))).toBe(1);
    expect(schedule(0, measured([0.1, undefined, undefined]))).toBe(1);
    expect(schedule(0, measured([0.1, undefined, 0.1]))).toBe(0.5);
    expect(schedule(0, measured([0.3, Number.NaN, 0.2]))).toBe(0.25);
  });

  test("invalid input is named in the error", () => {
    expect(() => plateau(0)).toThrow(new RangeError("plateau: rate must be a number above 0; got 0"));
    expect(() => plateau(1, { factor: 1 })).toThrow("plateau: factor must be in (0, 1); got 1");
    expect(() => plateau(1, { patience: -1 })).toThrow("plateau: patience must be an integer of at least 0; got -1");
    expect(() => plateau(1, { cooldown: 0.5 })).toThrow("plateau: cooldown must be an integer of at least 0; got 0.5");
    expect(() => plateau(1, { minDelta: Number.NaN })).toThrow(
      "plateau: minDelta must be a number of at least 0; got NaN",
    );
    expect(() => plateau(1, { floor: 2 })).toThrow("plateau: floor must be in [0, 1]; got 2");
    expect(() => plateau(1, { metric: "bias" })).toThrow(
      'plateau: mode must say whether "bias" is better when smaller',
    );
    expect(() => plateau(1, { mode: "less" as "min" })).toThrow('plateau: mode must be "min" or "max"; got "less"');
  });
});
