import { type Stream, stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { proportional } from "./proportional";

const drawing = (value: number): Stream => ({ ...stream(0, "any"), uniform: () => value });

test("proportional takes an index with a probability in proportion to its value, by hand", () => {
  const values = Float64Array.of(0, 1, 0, 3, 0);
  expect([0, 0.2499, 0.25, 0.9999].map((drawn) => proportional(values, drawing(drawn)))).toEqual([1, 1, 3, 3]);
});

test("a rest that rounding leaves goes to the last that has a probability; the first of zeros only", () => {
  expect(proportional(Float64Array.of(0.5, 0.5, 0), drawing(1))).toBe(1);
  expect(proportional(Float64Array.of(0, 0, 0), drawing(0.5))).toBe(0);
});
