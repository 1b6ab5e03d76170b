import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DatasetError } from "../error";
import { caught } from "../testing/examples";
import { parseIdx } from "./idx";

// Two images of 2 × 3, by hand.
const HEADER = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
const VALUES = [1, 2, 3, 4, 5, 6, 250, 251, 252, 253, 254, 255];
const images = Uint8Array.of(...HEADER, ...VALUES);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);

describe("parseIdx", () => {
  test("reads shape and values of bytes written by hand, without a copy", () => {
    const parsed = parseIdx(images, "images", 3);
    expect(parsed.shape).toEqual([2, 2, 3]);
    expect([...parsed.data]).toEqual(VALUES);
    expect(parsed.data.buffer).toBe(images.buffer);
    expect(parseIdx(labels, "labels")).toEqual({ shape: [2], data: Uint8Array.of(7, 9) });
  });

  test("reads at an offset in a larger buffer", () => {
    const shifted = Uint8Array.of(99, 99, 99, ...labels, 99).subarray(3, 3 + labels.length);
    expect([...parseIdx(shifted, "labels", 1).data]).toEqual([7, 9]);
  });

  test("any shape and any bytes come back", () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.nat(255)), (shape, bytes) => {
        const data = Uint8Array.from([...bytes.take(shape.reduce((a, b) => a * b, 1))]);
        const header = [0, 0, 8, shape.length, ...shape.flatMap((axis) => [0, 0, 0, axis])];
        expect(parseIdx(Uint8Array.of(...header, ...data), "any")).toEqual({ shape, data });
      }),
      { seed: 1 },
    );
  });

  test("every shorter file is truncated, a longer one has trailing bytes", () => {
    for (let length = 0; length < images.length; length++)
      expect(caught(() => parseIdx(images.subarray(0, length), "cut", 3))).toMatchObject({ code: "truncated" });
    expect(caught(() => parseIdx(Uint8Array.of(...images, 0), "long", 3))).toMatchObject({ code: "trailing" });
  });

  test("the error names file, rule and finding", () => {
    const error = caught(() => parseIdx(images.subarray(0, 20), "a/train", 3));
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ name: "DatasetError", code: "truncated", file: "a/train" });
    expect(error.message).toBe(
      "a/train: must hold 28 bytes, as its header of shape [2,2,3] says; got 20; fetch it again",
    );
  });

  test.each([
    ["labels where images belong", labels, "must begin with 0x00000803 (images); got 0x00000801 (labels)"],
    ["another type of value", Uint8Array.of(0, 0, 0x0d, 3, ...HEADER.slice(4)), "IDX, but not of unsigned bytes"],
    ["no axes", Uint8Array.of(0, 0, 8, 0, 1), "got 0x00000800 (0 axes)"],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), "gzip: decompress it first"],
    ["a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), "not an IDX file"],
  ])("wrong format: %s", (_, bytes, message) => {
    const error = caught(() => parseIdx(bytes, "x", 3));
    expect(error).toMatchObject({ code: "wrong-format" });
    expect(error.message).toContain(message);
  });

  test("absurd sizes are refused before anything is allocated", () => {
    const absurd = Uint8Array.of(0, 0, 8, 3, ...Array<number>(12).fill(255), 1, 2, 3);
    expect(caught(() => parseIdx(absurd, "x", 3))).toMatchObject({ code: "oversize" });
    // 255 axes of 2³² − 1, whose product is not even finite, and the same with a last axis of 0.
    const axes = Array<number>(1020).fill(255);
    expect(caught(() => parseIdx(Uint8Array.of(0, 0, 8, 255, ...axes), "x"))).toMatchObject({ code: "oversize" });
    const zero = axes.map((value, i) => (i < 1016 ? value : 0));
    expect(caught(() => parseIdx(Uint8Array.of(0, 0, 8, 255, ...zero), "x"))).toMatchObject({ code: "oversize" });
  });
});
