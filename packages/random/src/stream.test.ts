import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "./stream";

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe("stream", () => {
  test("the same seed and name give the same draws, another seed or name gives others", () => {
    const take = (seed: number, name: string) => draw(8, stream(seed, name).uint32);
    expect(take(7, "atoms/2")).toEqual(take(7, "atoms/2"));
    expect(take(7, "atoms/2")).not.toEqual(take(7, "atoms/3"));
    expect(take(7, "atoms/2")).not.toEqual(take(8, "atoms/2"));
  });

  test("the draws are those of xoroshiro128+ seeded by the SHA-256 of seed and name, recomputed with BigInt", async () => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("42/oracle"));
    const word = (i: number) => BigInt(new DataView(digest).getUint32(i));
    // The state is (s0 high, s0 low, s1 high, s1 low).
    let s0 = (word(0) << 32n) | word(4);
    let s1 = (word(8) << 32n) | word(12);
    const mask = (1n << 64n) - 1n;
    const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (64n - k))) & mask;
    const expected = draw(16, () => {
      const out = (s0 + s1) & mask;
      const a = s1 ^ s0;
      s0 = rotl(s0, 24n) ^ a ^ ((a << 16n) & mask);
      s1 = rotl(a, 37n);
      return Number(out & 0xffffffffn);
    });
    expect(draw(16, stream(42, "oracle").uint32)).toEqual(expected);
  });

  test("uniform: in [0, 1), with mean 1/2 and variance 1/12 within five standard errors", () => {
    const values = draw(40_000, stream(1, "uniform").uniform);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / 200);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan((5 * Math.sqrt(1 / 180)) / 200);
  });

  test("normal: moments, and the proportion within one standard deviation", () => {
    const values = draw(40_000, stream(1, "normal").normal);
    const moment = (k: number) => values.reduce((a, b) => a + b ** k, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(5 / 200);
    expect(Math.abs(moment(2) - 1)).toBeLessThan((5 * Math.SQRT2) / 200);
    expect(Math.abs(moment(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / 200);
    const within = values.filter((value) => Math.abs(value) < 1).length / values.length;
    expect(Math.abs(within - 0.682689)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / 40_000));
  });

  test("permutation: contains every index once, and all orders are equally likely", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer(), (count, seed) => {
        expect([...stream(seed, "p").permutation(count)].sort((a, b) => a - b)).toEqual(draw(count, counter()));
      }),
      { seed: 3 },
    );
    const tally = new Map<string, number>();
    const source = stream(5, "orders");
    for (let i = 0; i < 24_000; i++) {
      const key = source.permutation(4).join("");
      tally.set(key, (tally.get(key) ?? 0) + 1);
    }
    expect(tally.size).toBe(24);
    const chiSquare = [...tally.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
  });

  test("invalid input is reported", () => {
    expect(() => stream(0.5, "x")).toThrow(RangeError("stream: seed must be a safe integer; got 0.5"));
    expect(() => stream(1, "x").integer(0)).toThrow("stream: below must be an integer in [1, 2147483648]; got 0");
    expect(() => stream(1, "x").permutation(-1)).toThrow(RangeError);
  });
});

function counter(): () => number {
  let i = 0;
  return () => i++;
}
