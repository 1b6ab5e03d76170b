import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { fileOf, normal } from "../../testing/models";
import { recognize } from "../recognize";

interface Options {
  readonly size: readonly [high: number, wide: number];
  readonly sigma: number;
  readonly theta: number;
  readonly lambda: number;
  readonly gamma: number;
  readonly psi: number;
}

/** Gabor filter as OpenCV's getGaborKernel computes it, the last row and column first. */
function openCv({ size: [high, wide], sigma, theta, lambda, gamma, psi }: Options): Float64Array {
  const [yMax, xMax] = [(high - 1) / 2, (wide - 1) / 2];
  const [c, s] = [Math.cos(theta), Math.sin(theta)];
  const [sigmaX, sigmaY] = [sigma, sigma / gamma];
  const [ex, ey] = [-0.5 / (sigmaX * sigmaX), -0.5 / (sigmaY * sigmaY)];
  const scale = (Math.PI * 2) / lambda;
  const kernel = new Float64Array(high * wide);
  for (let y = -yMax; y <= yMax; y++)
    for (let x = -xMax; x <= xMax; x++) {
      const xr = x * c + y * s;
      const yr = -x * s + y * c;
      kernel[(yMax - y) * wide + xMax - x] = Math.exp(ex * xr * xr + ey * yr * yr) * Math.cos(scale * xr + psi);
    }
  return kernel;
}

/** Filters one after the other, in float32. */
const bank = (filters: readonly Float64Array[]): Float32Array =>
  Float32Array.from(filters.flatMap((filter) => [...filter]));

const eight = Array.from({ length: 16 }, (_, k) => ({
  size: [15, 15] as const,
  sigma: k < 8 ? 2.5 : 4,
  theta: ((k % 8) * Math.PI) / 8,
  lambda: k < 8 ? 5 : 9,
  gamma: 0.5,
  psi: k % 2 === 0 ? 0 : Math.PI / 2,
}));

/** Difference of two angles, in [0, π]. */
const apart = (a: number, b: number): number => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

describe("Gabor filters", () => {
  test("a bank of eight directions and two scales, with its parameters", () => {
    const filters = eight.map(openCv);
    const [finding] = recognize(fileOf({ bank: [[16, 1, 15, 15], bank(filters)] }));
    expect(finding).toMatchObject({ kind: "gabor", title: "16 Gabor filters of 15 × 15" });
    expect(finding!.difference.relative).toBeLessThan(1e-6);
    const { filters: found } = finding!.recipe as unknown as {
      readonly filters: readonly (Options & { amplitude: number })[];
    };
    for (const [k, { amplitude, sigma, gamma, lambda, theta, psi }] of found.entries()) {
      const given = eight[k]!;
      for (const [one, other] of [
        [amplitude, 1],
        [sigma, given.sigma],
        [gamma, given.gamma],
        [lambda, given.lambda],
      ] as const)
        expect(one / other, `${k}`).toBeCloseTo(1, 5);
      expect(apart(2 * theta, 2 * given.theta)).toBeLessThan(1e-5); // up to half a turn
      expect(Math.min(apart(psi, given.psi), apart(psi, -given.psi))).toBeLessThan(1e-5);
    }
  });

  test("in the layout of TensorFlow.js, in its precision", () => {
    const filters = eight.slice(0, 8).map(openCv);
    const values = Float32Array.from({ length: 225 * 8 }, (_, at) => filters[at % 8]![Math.floor(at / 8)]!);
    const file = { ...fileOf({ bank: [[15, 15, 1, 8], values] }), precision: "float32" as const };
    const [finding] = recognize(file);
    expect(finding).toMatchObject({ kind: "gabor", title: "8 Gabor filters of 15 × 15" });
  });

  test("of any size, width, length and phase, times any number", () => {
    const { uniform } = stream(7, "gabor");
    const between = (low: number, high: number) => low + (high - low) * uniform();
    for (let i = 0; i < sweep(12); i++) {
      const [high, wide] = [5, 7, 9, 11, 15, 21].sort(() => uniform() - 0.5) as [number, number];
      const most = Math.min(high, wide);
      const options = {
        size: [high, wide] as const,
        sigma: between(1.2, 0.6 * most),
        theta: between(0, Math.PI),
        lambda: between(2.5, most),
        gamma: between(0.4, 1.6),
        psi: between(-Math.PI, Math.PI),
      };
      const factor = 10 ** between(-2, 2);
      const values = bank([openCv(options).map((value) => factor * value)]);
      const found = recognize(fileOf({ one: [[high, wide], values] }), { least: 1 });
      expect(found[0]?.kind, JSON.stringify(options)).toBe("gabor");
    }
  });

  test("nothing else: noise, a difference of 1e-4, a single other filter", () => {
    const filters = eight.map(openCv);
    const shape = [16, 1, 15, 15];
    const noise = normal("noise", 16 * 225);
    const kinds = (values: Float32Array) => recognize(fileOf({ bank: [shape, values] })).map(({ kind }) => kind);
    expect(kinds(noise)).toEqual([]);
    expect(kinds(bank(filters).map((value, i) => value + 1e-4 * noise[i]!))).toEqual([]);
    expect(kinds(bank(filters.with(9, Float64Array.from(noise.subarray(0, 225)))))).not.toContain("gabor");
  });
});
