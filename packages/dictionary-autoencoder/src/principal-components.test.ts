import { leading } from "@weightcast/dictionary";
import { laws } from "@weightcast/dictionary/testing";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/principal-components.json";
import { principalComponents, principalComponentsModule } from "./principal-components";
import { inBatches } from "./testing/fitting";

const draw = stream(1, "samples");
const noise = Array.from({ length: 50 * 12 }, () => draw.normal());

describe("principal components obey the laws", () => {
  const source = { domain: [3, 4], batches: inBatches(50, 12, noise, 7) };
  for (const law of laws)
    test(law.name, () =>
      law.check({ create: (options = { size: 9 }) => principalComponentsModule.create(source, options) }),
    );
});

describe("principal components", () => {
  const { rows, cols, samples, variances, components } = fixture;
  const source = { domain: [2, 4], batches: inBatches(rows, cols, samples, 7) };

  test("equal scikit-learn's (1e-5) up to the sign, which makes the largest entry positive; the rank is found", () => {
    const dictionary = principalComponents(source);
    expect(dictionary.size).toBe(variances.length);
    expect(dictionary.options).toEqual({ size: variances.length });
    const u = dictionary.atoms(leading(dictionary.size, dictionary.size));
    for (const [k, component] of components.entries()) {
      const largest = component.reduce((most, value) => (Math.abs(value) > Math.abs(most) + 1e-9 ? value : most), 0);
      for (const [i, value] of component.entries())
        expect(Math.abs(u.data[i * u.cols + k]! - Math.sign(largest) * value)).toBeLessThan(1e-5);
    }
  });

  test("a constant coordinate is zero in every component", () => {
    const u = principalComponents(source).atoms([0, 3, 5]);
    expect([...u.data.subarray(6 * 3, 7 * 3)]).toEqual([0, 0, 0]);
  });

  test("the samples have the published variances along them", () => {
    const dictionary = principalComponents(source, { size: 2 });
    const u = dictionary.atoms([0, 1]);
    const mean = Array.from({ length: cols }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += samples[row * cols + i]!;
      return sum / rows;
    });
    for (const k of [0, 1]) {
      let sum = 0;
      for (let row = 0; row < rows; row++)
        sum += mean.reduce((dot, m, i) => dot + (samples[row * cols + i]! - m) * u.data[i * 2 + k]!, 0) ** 2;
      expect(Math.abs(sum / (rows - 1) / variances[k]! - 1)).toBeLessThan(1e-5);
    }
  });

  test("fewer samples than coordinates: as many atoms as the dimensions the samples span about their mean", () => {
    const few = principalComponents({ domain: [12], batches: inBatches(5, 12, noise, 7) });
    expect(few.size).toBe(4);
    expect(principalComponents({ domain: [12], batches: inBatches(5, 12, noise, 7) }, { size: 99 }).size).toBe(4);
  });

  test("the batch size does not matter (1e-6)", () => {
    const one = principalComponents({ domain: [12], batches: inBatches(50, 12, noise, 50) }).atoms([0, 11]);
    const many = principalComponents({ domain: [12], batches: inBatches(50, 12, noise, 1) }).atoms([0, 11]);
    for (const [i, value] of one.data.entries()) expect(Math.abs(value - many.data[i]!)).toBeLessThan(1e-6);
  });

  test("invalid input is named in the error", () => {
    const of = (values: number[], options = {}, domain = [2]) =>
      principalComponents({ domain, batches: inBatches(values.length / 2, 2, values, 7) }, options);
    expect(() => of([1, 2, 3, 4], { size: 0 })).toThrow(
      RangeError("principal-components: size must be a positive integer; got 0"),
    );
    for (const size of ["1", null, true])
      expect(() => of([1, 2, 3, 4], { size })).toThrow(`size must be a positive integer; got ${size}`);
    expect(() => of([1, 2, 3, 4], {}, [3])).toThrow(
      RangeError("principal-components: samples must be [batch, 3]; got [2, 2] with 4 numbers"),
    );
    expect(() => of([1, 2])).toThrow(RangeError("principal-components: samples must number at least 2; got 1"));
    expect(() => of([1, 2, 1, 2])).toThrow(
      RangeError("principal-components: samples must vary in some coordinate; all 2 are constant"),
    );
    expect(() => of([1, 2, 3, Number.NaN])).toThrow(
      RangeError("principal-components: samples must be finite numbers; coordinate 1 is not"),
    );
    expect(() => of([], {}, [0])).toThrow("principal-components: domain must be a list of positive integers");
    expect(() => of([1, 2, 3, 4], { siz: 3 })).toThrow('there is no option "siz"');
    expect(() => principalComponentsModule.create(source, { sice: 3 })).toThrow(
      RangeError('principal-components: there is no option "sice" (did you mean size?); the options are size'),
    );
  });
});
