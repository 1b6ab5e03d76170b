import { expect, test } from "vitest";
import { checkOptions } from "./options";

interface Options {
  readonly size?: number;
  readonly seed?: number;
}
const check = (options?: Parameters<typeof checkOptions>[1]) =>
  checkOptions<Options>("waves", options, ["size", "seed"]);

test("no options are no options, and known ones pass as they are", () => {
  expect(check()).toEqual({});
  expect(check({})).toEqual({});
  expect(check({ seed: 3 })).toEqual({ seed: 3 });
});

test("a misspelled option is not silently its default", () => {
  expect(() => check({ seed: 3, siez: 4 })).toThrow(
    RangeError('waves: there is no option "siez"; the options are size, seed'),
  );
  expect(() => checkOptions("plain", { seed: 1 }, [])).toThrow("the options are none");
});

test("options that are not an object are refused", () => {
  expect(() => check(3)).toThrow(TypeError("waves: options must be an object; got 3"));
  expect(() => check(null)).toThrow(TypeError("waves: options must be an object; got null"));
  expect(() => check([])).toThrow(TypeError("waves: options must be an object; got []"));
});
