import { describe, expect, test } from "vitest";
import type { Split } from "../dataset";
import { batches } from "./batches";
import type { PixelOptions } from "./pixels";
import { samples } from "./samples";
import { source } from "./source";

/** Two images of two pixels of three channels. */
const split: Split = {
  images: Uint8Array.of(0, 1, 2, 10, 11, 12, 255, 254, 253, 100, 50, 25),
  labels: Uint8Array.of(0, 1),
  count: 2,
};

const inputsOf = (options: PixelOptions) => [...batches(split, { ...options, shuffle: false })][0]!.inputs;

describe("scale and offset", () => {
  test("one per channel: value k of an example belongs to channel k mod channels", () => {
    const inputs = inputsOf({ scale: [1, 2, 4], offset: [0, -1, 0.5] });
    expect([...inputs]).toEqual([0, 1, 8.5, 10, 21, 48.5, 255, 507, 1012.5, 100, 99, 100.5]);
    expect([...inputsOf({ scale: 1, offset: [0, 1000] })]).toEqual(
      [...split.images].map((byte, k) => byte + 1000 * (k % 2)),
    );
    expect([...inputsOf({ scale: [1, 2, 4], offset: 1 }).subarray(0, 3)]).toEqual([1, 3, 9]);
  });

  test("batches, sources and samples give the same numbers", async () => {
    const options: PixelOptions = { scale: [1 / 7, 1 / 9, 1 / 11], offset: [-1, 0, 1] };
    const inputs = inputsOf(options);
    const [matrix] = samples(split, options)();
    expect(matrix!.data).toEqual(inputs);
    const from = source(split, [1, 2, 3], 2, { ...options, shuffle: false });
    expect([...from.batches(0)][0]!.inputs).toEqual(inputs);
    const doubled = await from.prepared([6], async (rows) => rows.map((value) => 2 * value));
    expect([...doubled.batches(0)][0]!.inputs).toEqual(inputs.map((value) => 2 * value));
  });

  test("equal numbers for all channels are equivalent to one number, to the bit", () => {
    const [scale, offset] = [1 / 77.7, -0.3];
    const inputs = inputsOf({ scale: [scale, scale, scale], offset: [offset, offset, offset] });
    expect(inputs).toEqual(inputsOf({ scale, offset }));
    expect(inputs).toEqual(inputsOf({ scale: [scale], offset }));
  });

  test.each<[PixelOptions, string]>([
    [
      { scale: [1, 2, 3, 4] },
      "batches: scale must be one number, or one per channel, where the number of channels divides the 6 values; got [1, 2, 3, 4]",
    ],
    [{ offset: [] }, "batches: offset must be one number, or one per channel"],
    [{ scale: [1, Number.NaN, 1] }, "batches: scale must hold finite numbers; got [1, NaN, 1]"],
    [
      { scale: [1, 2, 3], offset: [1, 2] },
      "batches: scale and offset must have the same number of channels; got [1, 2, 3] and [1, 2]",
    ],
  ])("invalid input is reported: %o", (options, message) => {
    expect(() => batches(split, options)).toThrow(message);
    expect(() => batches(split, options)).toThrow(RangeError);
  });
});
