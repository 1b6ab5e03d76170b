import { describe, expect, test } from "vitest";
import { type OptimizerName, optimizerNames, type ScheduleName, scheduleNames } from "../names";
import { optimizerOf, scheduleOf } from "./by-name";

describe("optimizerOf", () => {
  test.each(optimizerNames)("%s: an optimizer of that name", (name) =>
    expect(optimizerOf(name, { momentum: 0.5 }).name).toBe(name),
  );

  test("sgd takes the momentum, 0 by default; adam keeps its defaults", () => {
    expect(optimizerOf("sgd", { momentum: 0.7 }).options).toEqual({ momentum: 0.7, nesterov: false });
    expect(optimizerOf("sgd").options).toEqual({ momentum: 0, nesterov: false });
    expect(optimizerOf("adam", { momentum: 0.7 }).options).toEqual({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  });

  test("bad input is named", () => {
    expect(() => optimizerOf("ftrl" as OptimizerName)).toThrow(
      new RangeError('optimizerOf: name must be "sgd", "adam", "rmsprop", "adagrad" or "lion"; got "ftrl"'),
    );
    expect(() => optimizerOf("sgd", { momentum: 1 })).toThrow("sgd: momentum must be in [0, 1); got 1");
  });
});

describe("scheduleOf", () => {
  test.each(scheduleNames)("%s: starts at the rate", (name) =>
    expect(scheduleOf(name, { rate: 0.3, steps: 20 })(0)).toBe(0.3),
  );

  test("constant: the same rate throughout", () => {
    const rate = scheduleOf("constant", { rate: 0.2, steps: 10 });
    expect([0, 9, 1e6].map(rate)).toEqual([0.2, 0.2, 0.2]);
  });

  test("step: a tenth after each third of the run, rounded up", () => {
    const rate = scheduleOf("step", { rate: 1, steps: 10 }); // thirds of 4
    const rates = Array.from({ length: 10 }, (_, step) => rate(step));
    const expected = [1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01];
    for (const [i, value] of rates.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    expect(scheduleOf("step", { rate: 1, steps: 1 })(0)).toBe(1);
  });

  test("cosine: linear warm-up, then half a cosine to zero at the end of the run", () => {
    const rate = scheduleOf("cosine", { rate: 1, steps: 60, warmup: 10 });
    expect([0, 4, 9, 10].map(rate)).toEqual([0.1, 0.5, 1, 1]);
    expect(rate(35)).toBeCloseTo(0.5, 14);
    expect(rate(60)).toBe(0);
    expect(scheduleOf("cosine", { rate: 2, steps: 100 })(25)).toBeCloseTo(1 + Math.SQRT1_2, 14);
  });

  test("cosine: a warm-up as long as the run leaves one update after it", () => {
    const rate = scheduleOf("cosine", { rate: 1, steps: 5, warmup: 8 });
    expect([0, 1, 2, 3, 4].map(rate)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect(scheduleOf("cosine", { rate: 1, steps: 1, warmup: 3 })(0)).toBe(1);
  });

  test("paper: divided by 1.00004 after every update", () => {
    const rate = scheduleOf("paper", { rate: 0.1, steps: 10 });
    expect(rate(1)).toBeCloseTo(0.1 / 1.00004, 15);
    expect(rate(Math.LN2 / Math.log(1.00004))).toBeCloseTo(0.05, 12);
  });

  test("bad input is named", () => {
    expect(() => scheduleOf("linear" as ScheduleName, { rate: 1, steps: 1 })).toThrow(
      new RangeError('scheduleOf: name must be "constant", "step", "cosine" or "paper"; got "linear"'),
    );
    expect(() => scheduleOf("cosine", { rate: 1, steps: 0 })).toThrow("cosine: total must be an integer of at least 1");
    expect(() => scheduleOf("step", { rate: 0, steps: 9 })).toThrow("stepDecay: rate must be a number above 0; got 0");
  });
});
