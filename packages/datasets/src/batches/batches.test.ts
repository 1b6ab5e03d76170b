import { stream } from "@weightcast/random";
import type { Batch } from "@weightcast/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Split } from "../dataset";
import { indicesIn, marked } from "../testing/examples";
import { batches, type EpochOptions } from "./batches";

/** Copies of an epoch's batches, with the indices of their examples. */
const epochOf = (split: Split, options?: EpochOptions) =>
  Array.from(batches(split, options), ({ inputs, labels, count }: Batch) => ({
    indices: indicesIn(inputs, 1 / 255),
    labels: [...labels],
    count,
  }));

const orderOf = (split: Split, options?: EpochOptions) => epochOf(split, options).flatMap(({ indices }) => indices);

const ascending = (count: number) => Array.from({ length: count }, (_, i) => i);

const cases = fc.record({
  count: fc.integer({ min: 1, max: 700 }),
  size: fc.integer({ min: 1, max: 90 }),
  seed: fc.integer(),
  epoch: fc.nat(1000),
});

describe("batches", () => {
  test("an epoch visits every example once, with its own label, in batches of the requested size", () => {
    fc.assert(
      fc.property(cases, ({ count, ...options }) => {
        const epoch = epochOf(marked(count), options);
        expect(epoch.flatMap(({ indices }) => indices).sort((a, b) => a - b)).toEqual(ascending(count));
        for (const { indices, labels } of epoch) expect(labels).toEqual(indices.map((i) => i % 10));
        expect(epoch.map((batch) => batch.count)).toEqual(epoch.map(({ indices }) => indices.length));
        expect(epoch.slice(0, -1).every((batch) => batch.count === options.size)).toBe(true);
        expect(epoch).toHaveLength(Math.ceil(count / options.size));
      }),
      { seed: 11 },
    );
  });

  test("from skips exactly the first batches", () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ count, ...options }, n) => {
        const whole = epochOf(marked(count), options);
        const from = n % (whole.length + 1);
        expect(epochOf(marked(count), { ...options, from })).toEqual(whole.slice(from));
      }),
      { seed: 12 },
    );
  });

  test('remainder "drop" leaves out only the shorter batch', () => {
    fc.assert(
      fc.property(cases, ({ count, ...options }) => {
        fc.pre(options.size <= count);
        const kept = epochOf(marked(count), options).filter((batch) => batch.count === options.size);
        expect(epochOf(marked(count), { ...options, remainder: "drop" })).toEqual(kept);
      }),
      { seed: 13 },
    );
  });

  test("the order is that of stream(seed, shuffle/epoch): reproducible, and different for other epochs and seeds", () => {
    const split = marked(500);
    const order = orderOf(split, { seed: 4, epoch: 2 });
    expect(order).toEqual([...stream(4, "shuffle/2").permutation(500)]);
    expect(orderOf(split, { seed: 4, epoch: 2, size: 7 })).toEqual(order);
    expect(orderOf(split, { seed: 4, epoch: 3 })).not.toEqual(order);
    expect(orderOf(split, { seed: 5, epoch: 2 })).not.toEqual(order);
    expect(orderOf(split, { shuffle: false, epoch: 2 })).toEqual(ascending(500));
  });

  test("pixels become byte / 255, rounded to float32, or byte · scale + offset", () => {
    const split: Split = { images: Uint8Array.from(ascending(256)), labels: new Uint8Array(1), count: 1 };
    const [unit] = batches(split);
    expect([...unit!.inputs]).toEqual(ascending(256).map((byte) => Math.fround(byte / 255)));
    const [centered] = batches(split, { scale: 1 / 128, offset: -1 });
    expect([...centered!.inputs]).toEqual(ascending(256).map((byte) => byte / 128 - 1));
  });

  test("one iteration reuses one pair of buffers; two iterations share nothing", () => {
    const epoch = batches(marked(10), { size: 4, shuffle: false });
    const seen = [...epoch];
    expect(new Set(seen.map(({ inputs }) => inputs.buffer)).size).toBe(1);
    expect(new Set(seen.map(({ labels }) => labels.buffer)).size).toBe(1);
    expect([...epoch][0]!.inputs.buffer).not.toBe(seen[0]!.inputs.buffer);
    const [a, b] = [epoch[Symbol.iterator](), epoch[Symbol.iterator]()];
    const first = a.next().value as Batch;
    b.next();
    b.next();
    expect(indicesIn(first.inputs, 1 / 255)).toEqual([0, 1, 2, 3]);
  });

  test("the split is not changed", () => {
    const split = marked(30);
    epochOf(split, { size: 7, seed: 3 });
    expect(split).toEqual(marked(30));
  });

  test.each<[EpochOptions, string]>([
    [{ size: 0 }, "batches: size must be an integer in [1, 2147483647]; got 0"],
    [{ size: 2.5 }, "batches: size must be an integer in [1, 2147483647]; got 2.5"],
    [{ size: 11, remainder: "drop" }, "batches: size must be an integer in [1, 10]; got 11"],
    [{ size: 4, from: 4 }, "batches: from must be an integer in [0, 3]; got 4"],
    [{ epoch: -1 }, "batches: epoch must be an integer"],
    [{ seed: 0.5 }, "batches: seed must be an integer"],
    [{ scale: Number.NaN }, "batches: scale must be a finite number; got NaN"],
    [{ offset: Number.POSITIVE_INFINITY }, "batches: offset must be a finite number; got Infinity"],
    [{ remainder: "pad" as "keep" }, 'batches: remainder must be "keep" or "drop"; got "pad"'],
  ])("invalid input is reported before the first batch: %o", (options, message) => {
    expect(() => batches(marked(10), options)).toThrow(message);
    expect(() => batches(marked(10), options)).toThrow(RangeError);
  });

  test("a split whose parts disagree is refused", () => {
    const split = marked(10);
    expect(() => batches({ ...split, count: 9 })).toThrow(
      "batches: split must hold count ≥ 1 labels and count equally long images; got count 9, 10 labels, 30 pixels",
    );
    expect(() => batches({ ...split, images: new Uint8Array(29) })).toThrow(RangeError);
    expect(() => batches({ images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 })).toThrow(RangeError);
  });
});
