import { expect, test } from "vitest";
import { stages, stageWithin } from "./allocate";
import type { SensitivityPoint } from "./curve";

const point = (learned: number, error: number): SensitivityPoint => ({
  ...{ dictionary: "any", rank: learned, learned, stored: learned },
  ...{ left: error, error, measured: true },
});
/** Curves whose corners are far apart: of the first, 60 and 1 numbers; 20 lies above the line between them. */
const layers = [
  { path: "a", weights: 100, points: [point(60, 0.001), point(20, 0.5), point(1, 0.6)] },
  { path: "b", weights: 100, points: [point(90, 0.3), point(50, 0.9)] },
];

test("a stage that is far below the budget gives way to the least error within it", () => {
  const all = stages({ layers }, "learned");
  expect(all.map(({ cost }) => cost)).toEqual([200, 160, 101, 51]);
  // 150 is met by 101 with an error of 0.6; 150 itself, with 0.301, is better.
  expect(stageWithin({ layers }, all, "learned", 150)).toMatchObject({ cost: 150, error: 0.301 });
  expect(stageWithin({ layers }, all, "learned", 101)!.cost).toBe(101);
  expect(stageWithin({ layers }, all, "learned", 50)).toBeUndefined();
});

test("no other choice of the layers within the budget has less error than the corner it ends at", () => {
  const all = stages({ layers }, "learned");
  for (let most = 51; most < 200; most++) {
    const { cost, error } = stageWithin({ layers }, all, "learned", most)!;
    expect(cost).toBeLessThanOrEqual(most);
    const corner = all.find((stage) => stage.cost <= most)!;
    expect(error).toBeLessThanOrEqual(corner.error);
  }
});
