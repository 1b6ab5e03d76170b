import { describe, expect, test } from "vitest";
import { checkDomain, checkIndices, checkOptions, checkSamples } from "./checks";

describe("checkDomain", () => {
  test("returns a valid domain as it is", () => {
    const domain = [8, 8, 3];
    expect(checkDomain("fourier", domain)).toBe(domain);
  });

  test.each([
    [[], "[]"],
    [[0, 4], "[0,4]"],
    [[4, -1], "[4,-1]"],
    [[2.5], "[2.5]"],
    [[Number.NaN], "[NaN]"],
    ["28", "28"],
    [undefined, "undefined"],
  ])("refuses %j", (domain, shown) => {
    expect(() => checkDomain("fourier", domain as number[])).toThrow(
      RangeError(`fourier: domain must be a list of positive integers such as [28, 28]; got ${shown}`),
    );
  });
});

describe("checkIndices", () => {
  test("returns valid indices as they are, in any order", () => {
    const indices = [3, 0, 2];
    expect(checkIndices("fourier", indices, 4)).toBe(indices);
  });

  test.each([
    [[], "indices must name at least one atom; got none"],
    [[4], "indices must be integers in [0, 3]; got 4"],
    [[-1], "indices must be integers in [0, 3]; got -1"],
    [[1.5], "indices must be integers in [0, 3]; got 1.5"],
    [[Number.NaN], "indices must be integers in [0, 3]; got NaN"],
    [[2, 1, 2], "indices must be distinct; got 2 twice"],
  ])("refuses %j", (indices, rule) => {
    expect(() => checkIndices("fourier", indices, 4)).toThrow(RangeError(`fourier: ${rule}`));
  });
});

describe("checkSamples", () => {
  test("returns valid samples as they are, even if there are none", () => {
    for (const rows of [2, 0]) {
      const samples = { rows, cols: 3, data: new Float32Array(3 * rows) };
      expect(checkSamples("fourier", samples, 3)).toBe(samples);
    }
  });

  test.each([
    [2, 4, 8],
    [2, 3, 5],
    [3, 2, 6],
  ])("refuses [%i, %i] with %i numbers", (rows, cols, length) => {
    expect(() => checkSamples("fourier", { rows, cols, data: new Float32Array(length) }, 3)).toThrow(
      RangeError(`fourier: samples must be [batch, 3]; got [${rows}, ${cols}] with ${length} numbers`),
    );
  });
});

describe("checkOptions", () => {
  interface Options {
    readonly size?: number;
    readonly seed?: number;
  }
  const check = (options?: Parameters<typeof checkOptions>[1]) =>
    checkOptions<Options>("waves", options, ["size", "seed"]);

  test("returns known options as they are, and {} for none", () => {
    expect(check()).toEqual({});
    expect(check({})).toEqual({});
    expect(check({ seed: 3 })).toEqual({ seed: 3 });
  });

  test("refuses a misspelled option", () => {
    expect(() => check({ seed: 3, siez: 4 })).toThrow(
      RangeError('waves: there is no option "siez" (did you mean size?); the options are size, seed'),
    );
    expect(() => checkOptions("plain", { seed: 1 }, [])).toThrow("the options are none");
  });

  test("takes an entry that is undefined as absent, and no key of a prototype", () => {
    expect(check({ siez: undefined } as never)).toEqual({ siez: undefined });
    for (const key of ["__proto__", "constructor", "toString"])
      expect(() => check(JSON.parse(`{ "${key}": 1 }`))).toThrow(`there is no option "${key}"`);
  });

  test("refuses options that are not an object", () => {
    expect(() => check(3)).toThrow(TypeError("waves: options must be an object; got 3"));
    expect(() => check(null)).toThrow(TypeError("waves: options must be an object; got null"));
    expect(() => check([])).toThrow(TypeError("waves: options must be an object; got []"));
  });
});
