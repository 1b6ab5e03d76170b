import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { draw, fewTicksIn, spreadOut, ticksIn, tickText } from "./draw";

describe("spreadOut", () => {
  test("leaves numbers alone that are apart", () => expect(spreadOut([5, 1, 3], 1)).toEqual([5, 1, 3]));

  test("moves numbers that are too close away from their middle, in order", () => {
    const moved = spreadOut([2.1, 2, 9], 1);
    for (const [i, value] of [2.55, 1.55, 9].entries()) expect(moved[i]).toBeCloseTo(value, 12);
  });

  test("a number that is moved moves its neighbors", () => {
    const values = [1, 1.2, 1.9, 4];
    const moved = spreadOut(values, 1);
    for (const [i, value] of moved.slice(1).entries()) expect(value - moved[i]!).toBeGreaterThan(1 - 1e-9);
    expect(moved.reduce((a, b) => a + b)).toBeCloseTo(
      values.reduce((a, b) => a + b),
      12,
    );
  });

  test("a number that would end too high is moved down, and moves those below it", () => {
    const moved = spreadOut([10, 10, 8.8], 1, 10);
    for (const [i, value] of [9, 10, 8].entries()) expect(moved[i]).toBeCloseTo(value, 12);
  });

  test("empty without numbers", () => expect(spreadOut([], 1)).toEqual([]));
});

test("every tick of a logarithmic axis has its text", () => {
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const axis = { type: "log", domain: [1, 1000], ticks, tickFormat: tickText(1, " kB") } as const;
  const { document } = parseHTML(draw({ name: "Sizes", x: { ...axis, label: "Bytes" }, y: { ...axis, grid: true } }));
  for (const name of ["x", "y"]) {
    const texts = document.querySelectorAll(`[aria-label="${name}-axis tick label"] text`);
    expect([...texts].map(({ textContent }) => textContent)).toEqual(ticks.map((tick) => `${tick} kB`));
  }
  expect(document.querySelectorAll('[aria-label="y-grid"] line')).toHaveLength(ticks.length);
  expect(document.querySelector('[aria-label="x-axis label"]')!.textContent).toContain("Bytes");
});

test("ticks are the steps of each decade within the axis", () => {
  expect(ticksIn([0.025, 1], [1, 3]).map(tickText(100, "%"))).toEqual(["3%", "10%", "30%", "100%"]);
  expect(ticksIn([1.48, 12], [1, 1.5, 2, 5]).map(tickText(1, ""))).toEqual(["1.5", "2", "5", "10"]);
});

test.each([
  [
    [25, 50],
    [25, 30, 40, 50],
  ],
  [
    [84, 96],
    [84, 86, 88, 90, 92, 94, 96],
  ],
  [
    [36.2, 39.9],
    [37, 38, 39],
  ],
  [[40, 40], [40]],
] as const)("round ticks in %j, however narrow it is", (domain, ticks) =>
  expect(fewTicksIn(domain, [1, 2, 2.5, 3, 4, 5])).toEqual(ticks),
);
