import { expect, test } from "vitest";
import { resolveRun } from "../spec";
import { scheduleOf } from "./training-options";

const scheduleFor = (training: object, steps: number) => scheduleOf(resolveRun({ training }).training, steps);

test("cosine without warm-up falls from the first update", () => {
  const rate = scheduleFor({ epochs: 4, rate: 2 }, 40);
  expect([0, 20, 40].map(rate)).toEqual([2, expect.closeTo(1, 14), 0]);
});

test("warm-up is in epochs: linear over their updates, then half a cosine over the others", () => {
  const rate = scheduleFor({ epochs: 4, rate: 2, warmup: 1 }, 40);
  expect([0, 4, 9, 10].map(rate)).toEqual([0.2, 1, 2, 2]);
  expect([rate(25), rate(40)]).toEqual([expect.closeTo(1, 14), 0]);
  const half = scheduleFor({ epochs: 4, rate: 2, warmup: 0.5 }, 40);
  expect([0, 4, 5].map(half)).toEqual([0.4, 2, 2]);
});

test("a warm-up that rounds to the whole run leaves one update", () =>
  expect([0, 1].map(scheduleFor({ epochs: 1, rate: 2, warmup: 0.9 }, 2))).toEqual([2, 2]));

test("the other schedules", () => {
  const rates = (schedule: string) => [0, 4, 11].map(scheduleFor({ epochs: 1, rate: 8, schedule }, 12));
  expect(rates("constant")).toEqual([8, 8, 8]);
  expect(rates("step")).toEqual([8, expect.closeTo(0.8, 14), expect.closeTo(0.08, 14)]);
  expect(rates("paper")[1]).toBeCloseTo(8 / 1.00004 ** 4, 12);
});
