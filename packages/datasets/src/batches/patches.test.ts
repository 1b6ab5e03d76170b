import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import type { Split } from "../dataset";
import { type PatchOptions, patches } from "./patches";

/** Three images [4, 5, 2] whose values identify image, row, column and channel. */
const shape = [4, 5, 2];
const split: Split = {
  images: Uint8Array.from({ length: 3 * 40 }, (_, k) => k),
  labels: new Uint8Array(3),
  count: 3,
};

test("each patch is the one that its draws determine: image, row, column; each channel has its own scale and offset", () => {
  const options = { size: 2, count: 2300, seed: 6, scale: [1, 2], offset: [0.5, -0.5] };
  const all = [...patches(split, shape, options)()];
  expect(all.map(({ rows, cols, data }) => [rows, cols, data.length])).toEqual([
    [1000, 8, 8000],
    [1000, 8, 8000],
    [300, 8, 2400],
  ]);
  const { integer } = stream(6, "patches");
  for (const { rows, data } of all)
    for (let row = 0; row < rows; row++) {
      const corner = integer(3) * 40 + integer(3) * 10 + integer(4) * 2;
      const bytes = [0, 1, 2, 3, 10, 11, 12, 13].map((step) => corner + step);
      const expected = bytes.map((byte, k) => (k % 2 ? 2 * byte - 0.5 : byte + 0.5));
      expect([...data.subarray(row * 8, row * 8 + 8)]).toEqual(expected);
    }
});

test("all positions in all images are equally likely", () => {
  const tally = new Map<number, number>();
  for (const { data } of patches(split, shape, { size: 2, count: 36_000, seed: 2, scale: 1 })())
    for (let at = 0; at < data.length; at += 8) tally.set(data[at]!, (tally.get(data[at]!) ?? 0) + 1);
  expect(tally.size).toBe(36);
  const chiSquare = [...tally.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  expect(chiSquare).toBeLessThan(66.6); // 35 degrees of freedom, p = 0.001
});

test("every call yields the same patches, another seed yields others; a patch may be a whole image", () => {
  const take = (options: PatchOptions) => [...patches(split, shape, options)()].map(({ data }) => [...data]);
  const one = patches(split, shape, { size: 3, count: 20, seed: 1 });
  expect([...one()]).toEqual([...one()]);
  expect(take({ size: 3, count: 20, seed: 1 })).not.toEqual(take({ size: 3, count: 20, seed: 2 }));
  const square: Split = { images: Uint8Array.of(1, 2, 3, 4), labels: new Uint8Array(1), count: 1 };
  const [whole] = patches(square, [2, 2], { size: 2, count: 2, scale: 1 })();
  expect([...whole!.data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
});

test.each<[readonly number[], PatchOptions, string]>([
  [
    [40],
    { size: 2, count: 1 },
    "patches: shape must be [height, width, channels] or [height, width], with the values of an example as product; got [40]",
  ],
  [[4, 5], { size: 2, count: 1 }, "patches: shape must be"],
  [shape, { size: 5, count: 1 }, "patches: size must be an integer in [1, 4]; got 5"],
  [shape, { size: 2, count: 0 }, "patches: count must be an integer in [1, 2147483647]; got 0"],
  [shape, { size: 2, count: 1, seed: 0.5 }, "patches: seed must be an integer"],
  [shape, { size: 2, count: 1, scale: [1, 2, 3] }, "patches: scale must be one number, or one per channel"],
])("invalid input is reported: %o %o", (axes, options, message) => {
  expect(() => patches(split, axes, options)).toThrow(message);
  expect(() => patches(split, axes, options)).toThrow(RangeError);
});
