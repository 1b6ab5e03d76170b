import type { Matrix } from "@weightcast/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secondMoments as momentsOf, type SecondMomentsOptions } from "./second-moments";

const sampled = (samples: readonly Matrix[], size: number, options?: SecondMomentsOptions) =>
  momentsOf("emp", samples, size, options);
const secondMoments = (...given: Parameters<typeof sampled>) => sampled(...given).matrix;

const covariance = { center: "mean", of: "inputs" } as const;

/** Samples by a rule, cut into batches of the given size. */
function batches(count: number, size: number, entry: (row: number, col: number) => number, batch = count): Matrix[] {
  return Array.from({ length: Math.ceil(count / batch) }, (_, b) => {
    const rows = Math.min(batch, count - b * batch);
    const data = Float32Array.from({ length: rows * size }, (_, i) =>
      entry(b * batch + Math.floor(i / size), i % size),
    );
    return { rows, cols: size, data };
  });
}

/** Oracle: the definition, in two passes. */
function twoPass(all: readonly Matrix[], size: number, { center, of }: Required<SecondMomentsOptions>): number[] {
  const samples = all.flatMap(({ rows, data }) =>
    Array.from({ length: rows }, (_, r) =>
      [...data.subarray(r * size, (r + 1) * size)].map((x) => (of === "squares" ? x * x : x)),
    ),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const about = Array.from({ length: size }, (_, i) => (center === "mean" ? mean(samples.map((x) => x[i]!)) : 0));
  const divisor = center === "mean" ? samples.length - 1 : samples.length;
  return Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return samples.reduce((sum, x) => sum + (x[i]! - about[i]!) * (x[j]! - about[j]!), 0) / divisor;
  });
}

const wave = (row: number, col: number) => Math.sin(row * (col + 1.3)) + 0.1 * col;
const sparse = (row: number, col: number) => ((row * 7 + col * 3) % 11 === 0 ? wave(row, col) : 0);

function expectClose(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const gap = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
  expect(gap).toBeLessThanOrEqual(tolerance * scale);
}

describe("secondMoments", () => {
  test("of three samples, worked by hand", () => {
    const samples = [{ rows: 3, cols: 2, data: Float32Array.of(1, 2, 3, 2, 5, 8) }]; // means 3 and 4
    for (const options of [undefined, {}, covariance])
      expect([...secondMoments(samples, 2, options)]).toEqual([4, 6, 6, 12]);
    expect([...secondMoments(samples, 2, { center: "zero", of: "inputs" })]).toEqual([35 / 3, 16, 16, 24]);
    // Squares 1, 9, 25 and 4, 4, 64.
    expect([...secondMoments(samples, 2, { center: "zero", of: "squares" })]).toEqual([
      707 / 3,
      1640 / 3,
      1640 / 3,
      1376,
    ]);
  });

  test("agree with the definition: dense and sparse samples, any width, every option", () => {
    const option = fc.record({
      center: fc.constantFrom("mean" as const, "zero" as const),
      of: fc.constantFrom("inputs" as const, "squares" as const),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 150 }),
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(wave, sparse),
        option,
        (count, size, batch, entry, options) => {
          const samples = batches(count, size, entry, batch);
          expectClose(secondMoments(samples, size, options), twoPass(samples, size, options), 1e-12);
        },
      ),
      { seed: 6 },
    );
  });

  test("come with the number of samples and the sum of the fourth powers of their lengths", () => {
    const samples = [{ rows: 3, cols: 2, data: Float32Array.of(1, 2, 3, 2, 5, 8) }]; // means 3 and 4
    expect(sampled(samples, 2, covariance)).toMatchObject({ samples: 3, quartic: 8 ** 2 + 4 ** 2 + 20 ** 2 });
    expect(sampled(samples, 2, { center: "zero", of: "inputs" }).quartic).toBe(5 ** 2 + 13 ** 2 + 89 ** 2);
    for (const entry of [wave, sparse, (row: number, col: number) => 4096 + ((row * (col + 3)) % 8) / 128]) {
      const [batch] = batches(90, 4, entry);
      const rows = Array.from({ length: 90 }, (_, r) => [...batch!.data.subarray(r * 4, r * 4 + 4)]);
      const mean = [0, 1, 2, 3].map((i) => rows.reduce((sum, row) => sum + row[i]!, 0) / 90);
      const expected = rows.reduce((sum, row) => {
        return sum + row.reduce((square, value, i) => square + (value - mean[i]!) ** 2, 0) ** 2;
      }, 0);
      expect(Math.abs(sampled([batch!], 4, covariance).quartic / expected - 1)).toBeLessThan(1e-11);
    }
  });

  test("are exactly symmetric", () => {
    const moments = secondMoments(batches(90, 6, wave), 6, covariance);
    for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) expect(moments[i * 6 + j]).toBe(moments[j * 6 + i]);
  });

  test("do not depend on how the samples are cut into batches", () => {
    const whole = secondMoments(batches(200, 5, wave), 5, covariance);
    for (const batch of [1, 7, 64])
      expectClose(secondMoments(batches(200, 5, wave, batch), 5, covariance), [...whole], 1e-13);
  });

  test("survive a mean 10⁵ deviations away from zero, where E x² − m² in float64 would keep six digits", () => {
    // Steps of 1/128 at 4096: exact in float32.
    const far = (row: number, col: number) => 4096 + ((row * (col + 3)) % 8) / 128;
    const samples = batches(500, 4, far, 50);
    expectClose(secondMoments(samples, 4, covariance), twoPass(samples, 4, covariance), 1e-12);
  });

  test("of a constant coordinate are exactly zero, even if the constant is not a round number", () => {
    const moments = secondMoments(
      batches(300, 3, (row, col) => (col === 1 ? 0.1 : wave(row, col)), 40),
      3,
      covariance,
    );
    expect([moments[1], moments[3], moments[4], moments[5]]).toEqual([0, 0, 0, 0]);
    expect(moments[0]).toBeGreaterThan(0.1);
  });

  test("leave the samples alone and skip empty batches", () => {
    const [samples] = batches(10, 3, wave);
    const before = samples!.data.slice();
    const empty = { rows: 0, cols: 3, data: new Float32Array(0) };
    const moments = secondMoments([empty, samples!, empty], 3, covariance);
    expect(samples!.data).toEqual(before);
    expect(moments).toEqual(secondMoments([samples!], 3, covariance));
  });

  test("reports bad input", () => {
    expect(() => secondMoments(batches(4, 3, wave), 5, covariance)).toThrow(
      RangeError("emp: samples must be [batch, 5]; got [4, 3] with 12 numbers"),
    );
    expect(() => secondMoments([{ rows: 4, cols: 3, data: new Float32Array(11) }], 3, covariance)).toThrow(
      "with 11 numbers",
    );
    expect(() => secondMoments([], 3, covariance)).toThrow(RangeError("emp: samples must number at least 2; got 0"));
    expect(() => secondMoments([], 3, { center: "zero" })).toThrow(
      RangeError("emp: samples must number at least 1; got 0"),
    );
    expect(() => secondMoments(batches(1, 3, wave), 3, covariance)).toThrow("at least 2; got 1");
    expect(() =>
      secondMoments(
        batches(9, 3, (row, col) => (row === 4 && col === 2 ? Number.NaN : 1)),
        3,
        covariance,
      ),
    ).toThrow(RangeError("emp: samples must be finite numbers; coordinate 2 is not"));
    expect(() => secondMoments([], 3, { of: "cubes" as "squares" })).toThrow(
      RangeError("emp: of must be one of inputs, squares; got cubes"),
    );
    expect(() => secondMoments([], 3, { center: true as never })).toThrow(
      RangeError("emp: center must be one of mean, zero; got true"),
    );
  });
});
