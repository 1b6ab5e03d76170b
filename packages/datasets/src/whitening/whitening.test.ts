import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import fixture from "../../fixtures/whitening.json";
import { moments } from "./covariance";
import { fitWhitening, type WhiteningOptions, whitening } from "./whitening";

/** Rows divided into matrices of the given height. */
function cut(all: readonly (readonly number[])[], height = all.length): () => Matrix[] {
  return () =>
    Array.from({ length: Math.ceil(all.length / height) }, (_, i) => {
      const rows = all.slice(i * height, (i + 1) * height);
      return { rows: rows.length, cols: all[0]!.length, data: Float32Array.from(rows.flat()) };
    });
}

/** Correlated normal samples, far from 0: their smallest variance is a thousandth of the largest. */
function correlated(count: number, inputs: number, seed: number): number[][] {
  const { normal } = stream(seed, "whitening");
  return Array.from({ length: count }, () => {
    let last = 0;
    return Array.from({ length: inputs }, (_, i) => {
      last = 0.9 * last + normal();
      return 20 + last / (1 + i);
    });
  });
}

const gap = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
  Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));

const identity = (n: number) => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

describe("fitWhitening", () => {
  test.each(fixture.cases)(
    "agrees with NumPy and scikit-learn: $kind, epsilon $epsilon, $components components",
    (one) => {
      const { kind, epsilon, components, whitened } = one;
      const samples = cut(fixture.samples, 7);
      const { apply } = fitWhitening(samples, { kind: kind as "zca" | "pca", epsilon, components });
      const actual = samples().flatMap((matrix) => [...apply(matrix).data]);
      expect(actual).toHaveLength(whitened.flat().length);
      expect(gap(actual, whitened.flat())).toBeLessThan(2e-5); // of float32, magnified by 1/√(smallest variance)
    },
  );

  test("by hand: variances 4 and 1 on the diagonals", () => {
    // Points ±2√2 along (1, 1)/√2 and ±√2 along (1, −1)/√2, around (5, 7).
    const all = [
      [7, 9],
      [3, 5],
      [6, 6],
      [4, 8],
    ];
    const pca = fitWhitening(cut(all), { kind: "pca", epsilon: 0 });
    expect([...pca.mean]).toEqual([5, 7]);
    expect(gap(pca.variances, [4, 1])).toBeLessThan(1e-12);
    const h = Math.SQRT1_2;
    expect(gap(pca.matrix.data, [h / 2, h, h / 2, -h])).toBeLessThan(1e-7);
    // V diag(1/√(4 + 5), 1/√(1 + 5)) Vᵀ.
    const zca = fitWhitening(cut(all), { epsilon: 5 });
    const [on, off] = [(1 / 3 + 1 / Math.sqrt(6)) / 2, (1 / 3 - 1 / Math.sqrt(6)) / 2];
    expect(gap(zca.matrix.data, [on, off, off, on])).toBeLessThan(1e-7);
    expect([...zca.apply({ rows: 1, cols: 2, data: Float32Array.of(5, 7) }).data]).toEqual([0, 0]);
  });

  test.each(["zca", "pca"] as const)("%s without epsilon: mean 0 and covariance I", (kind) => {
    const samples = cut(correlated(400, 12, 3), 90);
    const { apply, matrix, variances } = fitWhitening(samples, { kind, epsilon: 0 });
    const after = moments("test", () => samples().map(apply));
    expect(gap(after.mean, new Float64Array(12))).toBeLessThan(1e-5);
    expect(gap(after.covariance, identity(12))).toBeLessThan(1e-4);
    expect([...variances]).toEqual([...variances].sort((a, b) => b - a));
    if (kind === "zca")
      for (let i = 0; i < 12; i++)
        for (let j = 0; j < i; j++) expect(matrix.data[i * 12 + j]! - matrix.data[j * 12 + i]!).toBeCloseTo(0, 5);
  });

  test("with epsilon, a direction of variance v has the variance v/(v + epsilon)", () => {
    const samples = cut(correlated(300, 6, 4));
    const { apply, variances } = fitWhitening(samples, { kind: "pca", epsilon: 0.01 });
    const { covariance } = moments("test", () => samples().map(apply));
    const expected = identity(6).map((one, i) => (one ? variances[i % 6]! / (variances[i % 6]! + 0.01) : 0));
    expect(gap(covariance, expected)).toBeLessThan(1e-4);
  });

  test("components keep the directions of the largest variance; zca stays in the inputs' coordinates", () => {
    const samples = cut(correlated(300, 6, 5));
    const all = fitWhitening(samples, { kind: "pca" });
    const some = fitWhitening(samples, { kind: "pca", components: 2 });
    expect(some.matrix).toMatchObject({ rows: 6, cols: 2 });
    expect([...some.variances]).toEqual([...all.variances.slice(0, 2)]);
    for (let i = 0; i < 6; i++)
      for (let k = 0; k < 2; k++) expect(some.matrix.data[i * 2 + k]).toBe(all.matrix.data[i * 6 + k]);
    expect(fitWhitening(samples, { components: 2 }).matrix).toMatchObject({ rows: 6, cols: 6 });
  });

  test("does not depend on how samples are divided; can be recreated from its two arrays; does not change the examples", () => {
    const all = correlated(50, 4, 6);
    const fitted = fitWhitening(cut(all));
    for (const height of [1, 3, 7])
      expect(gap(fitWhitening(cut(all, height)).matrix.data, fitted.matrix.data)).toBeLessThan(1e-6);
    const { mean, matrix } = fitted;
    const stored = JSON.parse(JSON.stringify({ mean: [...mean], matrix: { ...matrix, data: [...matrix.data] } }));
    const again = whitening(Float32Array.from(stored.mean), {
      ...stored.matrix,
      data: Float32Array.from(stored.matrix.data),
    });
    const [examples] = cut(all)();
    const before = examples!.data.slice();
    expect(again.apply(examples!)).toEqual(fitted.apply(examples!));
    expect(examples!.data).toEqual(before);
  });

  test("a constant input becomes 0, and is refused without epsilon", () => {
    const all = correlated(50, 3, 7).map((row) => [...row, 0.1]);
    const { apply } = fitWhitening(cut(all));
    const { data } = apply(cut(all)()[0]!);
    expect(
      gap(
        [...data].filter((_, i) => i % 4 === 3),
        new Float32Array(50),
      ),
    ).toBeLessThan(1e-6);
    expect(() => fitWhitening(cut(all), { epsilon: 0 })).toThrow(
      new RangeError(
        "fitWhitening: epsilon must be positive, or components at most 3, the directions in which the samples vary; got 0 and 4",
      ),
    );
    expect(fitWhitening(cut(all), { epsilon: 0, components: 3 }).variances).toHaveLength(3);
    expect(() => fitWhitening(cut(correlated(3, 5, 8)), { epsilon: 0 })).toThrow("components at most 2");
  });

  test.each<[WhiteningOptions, string]>([
    [{ kind: "cca" as "zca" }, 'fitWhitening: kind must be "zca" or "pca"; got "cca"'],
    [{ epsilon: -1 }, "fitWhitening: epsilon must be a finite number ≥ 0; got -1"],
    [{ epsilon: Number.NaN }, "fitWhitening: epsilon must be a finite number ≥ 0; got NaN"],
    [{ components: 0 }, "fitWhitening: components must be an integer in [1, 3]; got 0"],
    [{ components: 4 }, "fitWhitening: components must be an integer in [1, 3]; got 4"],
  ])("an invalid option is reported: %o", (options, message) => {
    expect(() => fitWhitening(cut(correlated(9, 3, 1)), options)).toThrow(message);
    expect(() => fitWhitening(cut(correlated(9, 3, 1)), options)).toThrow(RangeError);
  });

  test("invalid samples are reported", () => {
    const good = cut([[1, 2]])()[0]!;
    const wide = cut([[1, 2, 3]])()[0]!;
    expect(() => fitWhitening(() => [])).toThrow("fitWhitening: samples must not be empty; got none");
    expect(() => fitWhitening(() => [good])).toThrow("fitWhitening: samples must be at least two examples; got 1");
    expect(() => fitWhitening(() => [good, wide])).toThrow(
      "fitWhitening: samples must be matrices of one width ≥ 1; got [1, 3] with 3 values after a width of 2",
    );
    expect(() => fitWhitening(cut([[1, Number.NaN]]))).toThrow("fitWhitening: samples must be finite; got NaN");
    const once = [good, good].values();
    expect(() => fitWhitening(() => once)).toThrow(
      "fitWhitening: samples must yield the same at every call; got 2 examples and then 0",
    );
  });
});

describe("whitening", () => {
  test("is (x − mean) · matrix", () => {
    const matrix = { rows: 2, cols: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const { apply } = whitening(Float32Array.of(10, 20), matrix);
    const examples = { rows: 2, cols: 2, data: Float32Array.of(11, 22, 9, 20) };
    expect(apply(examples)).toEqual({ rows: 2, cols: 3, data: Float32Array.of(9, 12, 15, -1, -2, -3) });
  });

  test("sizes that disagree are reported", () => {
    const matrix = { rows: 2, cols: 1, data: Float32Array.of(1, 2) };
    expect(() => whitening(Float32Array.of(1), matrix)).toThrow(
      new RangeError("whitening: mean must be [inputs] and matrix [inputs, outputs]; got [1] and [2, 1] with 2 values"),
    );
    expect(() => whitening(Float32Array.of(1, 2), { ...matrix, cols: 2 })).toThrow(RangeError);
    expect(() =>
      whitening(Float32Array.of(1, 2), matrix).apply({ rows: 1, cols: 3, data: new Float32Array(3) }),
    ).toThrow(new RangeError("whitening: examples must be [count, 2]; got [1, 3] with 3 values"));
  });
});
