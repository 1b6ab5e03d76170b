import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import { dft } from "./dft";
import { cosine, sine } from "./turns";

/** Oracle: the sum itself, with every phase from its exact fraction of a turn. */
function direct(signal: Float64Array): Float64Array {
  const n = signal.length / 2;
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++) {
      const [re, im, c, s] = [signal[2 * j]!, signal[2 * j + 1]!, cosine(j * k, n), sine(j * k, n)];
      out[2 * k] = out[2 * k]! + re * c + im * s;
      out[2 * k + 1] = out[2 * k + 1]! + im * c - re * s;
    }
  return out;
}

const norm = (values: Float64Array) => Math.hypot(...values);
const noise = (n: number) => Float64Array.from({ length: 2 * n }, stream(n, "signal").normal);

describe("dft", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 28, 31, 32, 33, 97, 100, 127, 128, 224, 257, 997, 1000])(
    "of %i numbers agrees with the sum itself to 1e-13 of the norm",
    (n) => {
      const signal = noise(n);
      const out = new Float64Array(2 * n);
      dft(n)(out, signal);
      const expected = direct(signal);
      expect(norm(out.map((value, i) => value - expected[i]!))).toBeLessThan(1e-13 * norm(expected));
    },
  );

  test("of a long prime size keeps its precision: one wave in, one line out", () => {
    const n = 65_537;
    const signal = new Float64Array(2 * n);
    for (let j = 0; j < n; j++) {
      signal[2 * j] = cosine(j * 12_345, n);
      signal[2 * j + 1] = sine(j * 12_345, n);
    }
    const out = new Float64Array(2 * n);
    dft(n)(out, signal);
    expect(Math.abs(out[2 * 12_345]! / n - 1)).toBeLessThan(1e-13);
    out[2 * 12_345] = 0;
    expect(norm(out.slice(0, 60_000)) / n).toBeLessThan(1e-12);
    expect(norm(out.slice(60_000, 120_000)) / n).toBeLessThan(1e-12);
  });

  test("leaves the signal alone and does not depend on the last one", () => {
    for (const n of [1, 8, 12]) {
      const transform = dft(n);
      const [signal, out] = [noise(n), new Float64Array(2 * n)];
      const before = signal.slice();
      transform(out, signal);
      const first = out.slice();
      transform(out, new Float64Array(2 * n).fill(1e9));
      transform(out, signal);
      expect(out).toEqual(first);
      expect(signal).toEqual(before);
    }
  });
});
