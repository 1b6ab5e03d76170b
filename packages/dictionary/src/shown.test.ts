import { expect, test } from "vitest";
import { shown } from "./shown";

test.each<[unknown, string]>([
  [3, "3"],
  [Number.NaN, "NaN"],
  ["x", "x"],
  [undefined, "undefined"],
  [null, "null"],
  [[4, -5, Number.NaN, Number.NEGATIVE_INFINITY], "[4,-5,NaN,-Infinity]"],
  [[], "[]"],
  [JSON.parse('{"toString":1}'), '{"toString":1}'],
  [Array.from({ length: 100 }, () => 7), `[${"7,".repeat(29)}7`],
])("%j as %s", (value, expected) => expect(shown(value)).toBe(expected));
