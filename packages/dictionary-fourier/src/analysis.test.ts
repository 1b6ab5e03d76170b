import { sizeOf } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { describe, expect, test } from "vitest";
import fixture from "../fixtures/fourier.json";
import { gridTransform } from "./analysis";
import { type Axis, axes, type Basis } from "./axis";

const names = Object.keys(axes) as Basis[];
const norm = (values: readonly number[]) => Math.hypot(...values);

/** Products with the columns of the Kronecker product of the bases, one axis after another, from their entries. */
function direct(bases: readonly Axis[], signal: readonly number[]): number[] {
  let stride = signal.length;
  return bases.reduce<readonly number[]>((values, { size, entry }) => {
    stride /= size;
    return values.map((_, at) => {
      const [k, start] = [Math.floor(at / stride) % size, at - (Math.floor(at / stride) % size) * stride];
      let sum = 0;
      for (let i = 0; i < size; i++) sum += entry(i, k) * values[start + i * stride]!;
      return sum;
    });
  }, signal) as number[];
}

function transformed(bases: readonly Axis[], signal: readonly number[]): number[] {
  const grid = Float64Array.from(signal);
  gridTransform(bases)(grid);
  return [...grid];
}

const domains = [[1], [2], [3], [7], [28], [32], [97], [101], [224], [1, 1], [5, 7], [28, 28], [6, 7, 3], [4, 1, 13]];

describe.each(names)("gridTransform with the %s basis", (name) => {
  test.each(domains.map((domain) => ({ domain })))("of $domain is the direct product to 1e-12", ({ domain }) => {
    const bases = domain.map(axes[name]);
    const signal = Array.from({ length: sizeOf(domain) }, stream(5, `signal/${domain}`).normal);
    const expected = direct(bases, signal);
    const gaps = transformed(bases, signal).map((value, i) => value - expected[i]!);
    expect(norm(gaps)).toBeLessThan(1e-12 * norm(expected));
  });

  test.each(fixture.cases)("agrees with SciPy and NumPy on $domain to 1e-12", ({ domain, signal, ...found }) => {
    const expected = found[name];
    const gaps = transformed(domain.map(axes[name]), signal).map((value, i) => value - expected[i]!);
    expect(norm(gaps)).toBeLessThan(1e-12 * norm(expected));
  });
});
