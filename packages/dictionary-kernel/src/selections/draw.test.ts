import { type Stream, stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { proportional } from "./draw";

const drawing = (value: number): Stream => ({ ...stream(0, "any"), uniform: () => value });

test("proportional draws an index with a probability in proportion to its value, worked by hand", () => {
  const values = Float64Array.of(0, 1, 0, 3, 0);
  expect([0, 0.2499, 0.25, 0.9999].map((drawn) => proportional(values, drawing(drawn)))).toEqual([1, 1, 3, 3]);
});

test("a rest left by rounding goes to the last index with a probability; zeros alone give the first index", () => {
  expect(proportional(Float64Array.of(0.5, 0.5, 0), drawing(1))).toBe(1);
  expect(proportional(Float64Array.of(0, 0, 0), drawing(0.5))).toBe(0);
});
