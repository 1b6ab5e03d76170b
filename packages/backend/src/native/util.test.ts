import { describe, expect, test } from "vitest";
import { restoreNodeUtil } from "./util";

describe("restoreNodeUtil", () => {
  test("restores missing functions with their behavior", () => {
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

  test("leaves existing functions alone, and does nothing the second time", () => {
    const isArray = () => "mine";
    const util = { isArray };
    expect(restoreNodeUtil(util)).toEqual(["isNullOrUndefined"]);
    expect(util.isArray).toBe(isArray);
    expect(restoreNodeUtil(util)).toEqual([]);
  });
});
