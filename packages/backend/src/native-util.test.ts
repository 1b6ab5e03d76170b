import { describe, expect, test } from "vitest";
import { restoreNodeUtil } from "./native-util";

describe("restoreNodeUtil", () => {
  test("puts back what is gone, with what it did", () => {
    const util: Record<string, (value: unknown) => unknown> = {};
    expect(restoreNodeUtil(util)).toEqual(["isArray", "isNullOrUndefined"]);
    expect([null, undefined, 0, "", false, []].map(util.isNullOrUndefined!)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([[], [1], { length: 0 }, "ab", null].map((value) => util.isArray!(value))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test("leaves alone what is there, and does nothing twice", () => {
    const isArray = () => "mine";
    const util = { isArray };
    expect(restoreNodeUtil(util)).toEqual(["isNullOrUndefined"]);
    expect(util.isArray).toBe(isArray);
    expect(restoreNodeUtil(util)).toEqual([]);
  });
});
