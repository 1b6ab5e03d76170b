import { stream } from "@weightcast/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Split } from "../dataset";
import type { AugmentOptions } from "./augment";
import { type SourceOptions, source } from "./source";

/** Images with different pixels in [1, 255]: only padding is 0. */
function ramps(count: number, size: number): Split {
  const images = Uint8Array.from({ length: count * size }, (_, k) => 1 + ((k * 7 + Math.floor(k / size)) % 255));
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10), count };
}

const epochOf = (split: Split, shape: readonly number[], options: SourceOptions, epoch = 0, from = 0) =>
  Array.from(source(split, shape, 10, options).batches(epoch, from), ({ inputs, labels }) => ({
    inputs: [...inputs],
    labels: [...labels],
  }));

const raw = { scale: 1, offset: 0, shuffle: false } as const;

/** Pads an image, cuts a window from it and mirrors that, in the plainest way. */
function change(image: number[][][], crop: number, down: number, right: number, mirrored: boolean): number[][][] {
  const [height, width, channels] = [image.length, image[0]!.length, image[0]![0]!.length];
  const nothing = Array.from({ length: channels }, () => 0);
  const padded = Array.from({ length: height + 2 * crop }, (_, y) =>
    Array.from({ length: width + 2 * crop }, (_, x) => image[y - crop]?.[x - crop] ?? nothing),
  );
  const window = padded.slice(down, down + height).map((line) => line.slice(right, right + width));
  return mirrored ? window.map((line) => line.reverse()) : window;
}

const nested = (values: ArrayLike<number>, [height, width, channels]: readonly [number, number, number]) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Array.from({ length: channels }, (_, c) => values[(y * width + x) * channels + c]!),
    ),
  );

describe("augmentation", () => {
  test("each image becomes a window of its padded self, mirrored or not, as the draw for its index determines", () => {
    const cases = fc.record({
      shape: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 })),
      padding: fc.nat(5),
      flip: fc.boolean(),
      seed: fc.integer(),
      epoch: fc.nat(100),
    });
    fc.assert(
      fc.property(cases, ({ shape, padding, flip, seed, epoch }) => {
        const [height, width, channels] = shape;
        const crop = Math.min(padding, height - 1, width - 1);
        const size = height * width * channels;
        const split = ramps(7, size);
        const options = { ...raw, seed, size: 7, augment: { crop, flip } };
        const [batch] = epochOf(split, shape, options, epoch);
        const draws = stream(seed, `augment/${epoch}`);
        const span = 2 * crop + 1;
        for (let i = 0; i < 7; i++) {
          const way = draws.integer(span ** 2 * (flip ? 2 : 1));
          const image = nested(split.images.subarray(i * size, (i + 1) * size), shape);
          const expected = change(image, crop, way % span, Math.floor(way / span) % span, way >= span ** 2);
          expect(nested(batch!.inputs.slice(i * size), shape)).toEqual(expected);
        }
      }),
      { seed: 21 },
    );
  });

  test("all windows and both orientations are equally likely", () => {
    const split: Split = { images: new Uint8Array(4 * 18_000), labels: new Uint8Array(18_000), count: 18_000 };
    for (let i = 0; i < split.images.length; i++) split.images[i] = 1 + (i % 4);
    const tally = new Map<string, number>();
    const [batch] = epochOf(split, [2, 2], { ...raw, size: 18_000, seed: 5, augment: { crop: 1, flip: true } });
    for (let at = 0; at < batch!.inputs.length; at += 4) {
      const seen = batch!.inputs.slice(at, at + 4).join();
      tally.set(seen, (tally.get(seen) ?? 0) + 1);
    }
    expect(tally.get("1,2,3,4")).toBeGreaterThan(0);
    expect(tally.get("2,1,4,3")).toBeGreaterThan(0);
    expect(tally.get("0,0,0,1")).toBeGreaterThan(0);
    expect(tally.size).toBe(18);
    const chiSquare = [...tally.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(40.8); // 17 degrees of freedom, p = 0.001
  });

  test("padding is 0 after scale and offset, and every channel has its own", () => {
    const split: Split = { images: Uint8Array.of(10, 20, 30, 40), labels: Uint8Array.of(3), count: 1 };
    const options = { ...raw, scale: [1, 2], offset: [100, 200], augment: { crop: 1, flip: true } };
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 200; epoch++)
      for (const { inputs } of epochOf(split, [2, 1, 2], { ...options, augment: { flip: true } }, epoch))
        seen.add(inputs.join());
    expect([...seen]).toEqual(["110,240,130,280"]);
    seen.clear();
    const wide: Split = { images: Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80), labels: Uint8Array.of(3), count: 1 };
    for (let epoch = 0; epoch < 400; epoch++)
      for (const { inputs } of epochOf(wide, [2, 2, 2], options, epoch)) seen.add(inputs.join());
    expect(seen.size).toBe(18);
    expect(seen).toContain("110,240,130,280,150,320,170,360");
    expect(seen).toContain("130,280,110,240,170,360,150,320");
    expect(seen).toContain("0,0,0,0,0,0,110,240");
    expect(seen).toContain("0,0,0,0,130,280,110,240");
  });

  test("changes depend on the example and the epoch, not on batch size, order or the first batch", () => {
    const split = ramps(50, 36);
    const options = { scale: 1, seed: 9, size: 8, augment: { crop: 2, flip: true } };
    const whole = epochOf(split, [6, 6], options, 3);
    expect(epochOf(split, [6, 6], options, 3)).toEqual(whole);
    expect(epochOf(split, [6, 6], options, 3, 4)).toEqual(whole.slice(4));
    expect(epochOf(split, [6, 6], options, 4)).not.toEqual(whole);
    expect(epochOf(split, [6, 6], { ...options, seed: 10 }, 3)).not.toEqual(whole);
    const order = stream(9, "shuffle/3").permutation(50);
    const inOrder = epochOf(split, [6, 6], { ...options, size: 50, shuffle: false }, 3)[0]!.inputs;
    expect(whole.flatMap(({ inputs }) => inputs)).toEqual(
      [...order].flatMap((example) => inOrder.slice(example * 36, example * 36 + 36)),
    );
    expect(whole.flatMap(({ labels }) => labels)).toEqual([...order].map((example) => example % 10));
  });

  test.each<[string, readonly number[], SourceOptions]>([
    ["gray", [6, 5], { scale: 1 / 77, offset: -0.3 }],
    ["gray with an axis of channels", [6, 5, 1], { scale: [1 / 77], offset: [-0.3] }],
    ["RGB", [6, 5, 3], { scale: [1 / 77, 1 / 55, 1 / 33], offset: [-0.3, 0.1, 0.7] }],
  ])("images that the network takes in another shape give the same numbers, to the bit: %s", (_, shape, pixels) => {
    const size = shape.reduce((product, axis) => product * axis);
    const split = ramps(40, size);
    for (const augment of [{ crop: 2, flip: true }, { flip: true }, { crop: 1 }, {}]) {
      const options = { ...pixels, size: 9, seed: 12, augment };
      const other = { ...options, augment: { ...augment, shape } };
      for (const epoch of [0, 7]) {
        const images = epochOf(split, shape, options, epoch);
        expect(epochOf(split, [size], other, epoch)).toEqual(images);
        expect(epochOf(split, [2, size / 2], other, epoch)).toEqual(images);
        expect(epochOf(split, shape, other, epoch)).toEqual(images);
      }
    }
    const flat = source(split, [size], 10, { augment: { crop: 2, shape } });
    expect(flat).toMatchObject({ inputShape: [size], count: 40, classes: 10 });
    expect("prepared" in flat).toBe(false);
  });

  test("without changes, batches equal those of the plain source, but the source has no prepared", () => {
    const split = ramps(20, 12);
    expect(epochOf(split, [2, 2, 3], { size: 6, augment: {} })).toEqual(epochOf(split, [2, 2, 3], { size: 6 }));
    expect("prepared" in source(split, [2, 2, 3], 10, { augment: {} })).toBe(false);
    expect("prepared" in source(split, [2, 2, 3], 10)).toBe(true);
  });

  test("an iteration reuses one pair of buffers; the split is not changed", () => {
    const split = ramps(30, 12);
    const all = [...source(split, [2, 2, 3], 10, { size: 5, augment: { crop: 1, flip: true } }).batches(0)];
    expect(new Set(all.map(({ inputs }) => inputs.buffer)).size).toBe(1);
    expect(split).toEqual(ramps(30, 12));
  });

  test.each<[readonly number[], AugmentOptions, string]>([
    [
      [12],
      {},
      "source: augment needs a shape of [height, width, channels] or [height, width]; got [12]: " +
        "pass the shape of the images as augment.shape",
    ],
    [[1, 2, 2, 3], { flip: true }, "source: augment needs a shape of [height, width, channels]"],
    [[12], { shape: [12] }, "source: augment.shape must be [height, width, channels] or [height, width]; got [12]"],
    [
      [12],
      { shape: [2, 2] },
      "source: augment.shape must be positive integers whose product is 12, the values of one example; got [2, 2]",
    ],
    [[12], { shape: [-3, -4] }, "source: augment.shape must be positive integers whose product is 12"],
    [[12], { shape: [2, 2, 3], crop: 2 }, "source: augment.crop must be an integer in [0, 1]; got 2"],
    [[2, 2, 3], { crop: 2 }, "source: augment.crop must be an integer in [0, 1]; got 2"],
    [[2, 2, 3], { crop: -1 }, "source: augment.crop must be an integer in [0, 1]; got -1"],
    [[2, 2, 3], { crop: 0.5 }, "source: augment.crop must be an integer in [0, 1]; got 0.5"],
  ])("invalid input is reported: %o %o", (shape, augment, message) => {
    expect(() => source(ramps(4, 12), shape, 10, { augment })).toThrow(message);
    expect(() => source(ramps(4, 12), shape, 10, { augment })).toThrow(RangeError);
  });

  test("scale and offset have as many channels as the image", () => {
    expect(() => source(ramps(4, 12), [2, 2, 3], 10, { scale: [1, 1], augment: { crop: 1 } })).toThrow(
      "source: scale must be one number, or one per channel, where the number of channels divides the 3 values; got [1, 1]",
    );
  });
});
