import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-training.json";
import { constant, cosine, oneCycle, paperSchedule, stepDecay } from "./schedule";

describe("schedules", () => {
  test("constant", () => expect([0, 1, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]));

  test("stepDecay: a staircase", () => {
    expect([0, 9, 10, 19, 20, 35].map(stepDecay(8, { every: 10, factor: 0.5 }))).toEqual([8, 8, 4, 4, 2, 1]);
  });

  test("cosine: the rate at the start, half of it in the middle, the floor at the end and after", () => {
    const rate = cosine(2, 100);
    expect(rate(0)).toBe(2);
    expect(rate(50)).toBeCloseTo(1, 14);
    expect(rate(25)).toBeCloseTo(1 + Math.SQRT1_2, 14);
    expect([rate(100), rate(1000)]).toEqual([0, 0]);
    const raised = cosine(2, 100, { floor: 1 });
    expect([raised(0), raised(100)]).toEqual([2, 1]);
    expect(raised(50)).toBeCloseTo(1.5, 14);
  });

  test("cosine with warm-up: linear up to the rate, then half a cosine over the rest", () => {
    const rate = cosine(1, 60, { warmup: 10 });
    expect([0, 4, 9, 10].map(rate)).toEqual([0.1, 0.5, 1, 1]);
    expect(rate(35)).toBeCloseTo(0.5, 14);
    expect(rate(60)).toBe(0);
  });

  test("paperSchedule: halved after ln 2 / ln 1.00004 updates", () => {
    const rate = paperSchedule(0.01);
    expect(rate(0)).toBe(0.01);
    expect(rate(1)).toBeCloseTo(0.01 / 1.00004, 15);
    expect(rate(Math.LN2 / Math.log(1.00004))).toBeCloseTo(0.005, 12);
    expect(paperSchedule(1, 2)(3)).toBe(0.125);
  });

  test("oneCycle: PyTorch's rates, and the last one after the end", () => {
    const schedules = [oneCycle(0.1, 40), oneCycle(0.1, 40, { rise: 0.5, startDivisor: 10, endDivisor: 100 })];
    for (const [i, rate] of schedules.entries()) {
      for (const [step, expected] of torch.oneCycle[i]!.entries()) expect(rate(step)).toBeCloseTo(expected, 11);
      expect(rate(1000)).toBe(rate(39));
    }
  });

  test("invalid input is named in the error", () => {
    expect(() => oneCycle(1, 3)).toThrow(
      new RangeError("oneCycle: total must be an integer above 3.33, so that the rate rises; got 3"),
    );
    expect(() => oneCycle(1, 10, { rise: 1 })).toThrow("oneCycle: rise must be in (0, 1); got 1");
    expect(() => oneCycle(1, 10, { endDivisor: 0.5 })).toThrow("oneCycle: endDivisor must be at least 1; got 0.5");
    expect(() => constant(0)).toThrow(new RangeError("constant: rate must be a number above 0; got 0"));
    expect(() => constant(Number.NaN)).toThrow("got NaN");
    expect(() => stepDecay(1, { every: 0, factor: 0.5 })).toThrow(
      "stepDecay: every must be an integer of at least 1; got 0",
    );
    expect(() => stepDecay(1, { every: 1, factor: 2 })).toThrow("stepDecay: factor must be in (0, 1]; got 2");
    expect(() => cosine(1, 0)).toThrow("cosine: total must be an integer of at least 1; got 0");
    expect(() => cosine(1, 10, { floor: 2 })).toThrow("cosine: floor must be in [0, 1]; got 2");
    expect(() => cosine(1, 10, { warmup: 10 })).toThrow("cosine: warmup must be an integer in [0, 10); got 10");
    expect(() => paperSchedule(1, 0.9)).toThrow("paperSchedule: divisor must be at least 1; got 0.9");
  });
});
