import { expect, test } from "vitest";
import { sizeOf } from "./matrix";

test("sizeOf is the product of the axes", () => {
  expect(sizeOf([28, 28])).toBe(784);
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(sizeOf([7])).toBe(7);
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([3, 0])).toBe(0);
});
