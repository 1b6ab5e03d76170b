import { describe, expect, test } from "vitest";
import { STL10_CLASSES } from "../catalog/stl10";
import { caught } from "../testing/examples";
import { stl10Dataset, stl10Split } from "./stl10";

const file = (where: string, bytes: Iterable<number>) => ({ where, bytes: Uint8Array.from(bytes) });

describe("stl10Split", () => {
  test("planes are stored column by column: a 2 × 2 image by hand", () => {
    // Reds: the left column 1, 2 and the right one 3, 4; greens and blues likewise.
    const images = file("X", [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]);
    const split = stl10Split(images, file("y", [10]), { side: 2, order: "columns" });
    expect(split.count).toBe(1);
    expect([...split.labels]).toEqual([9]);
    // Row 0: left, right; row 1: left, right.
    expect([...split.images]).toEqual([1, 11, 21, 3, 13, 23, 2, 12, 22, 4, 14, 24]);
  });

  test("pixel (y, x) is the (96 x + y)-th of each plane; labels from 1 become labels from 0", () => {
    const bytes = Uint8Array.from({ length: 2 * 27_648 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const { images, labels, count } = stl10Split({ where: "X", bytes }, file("y", [1, 10]));
    expect([count, ...labels]).toEqual([2, 0, 9]);
    for (const [i, y, x, c] of [
      [0, 0, 1, 0],
      [0, 1, 0, 0],
      [1, 95, 3, 2],
      [1, 17, 80, 1],
    ] as const)
      expect(images[i * 27_648 + (y * 96 + x) * 3 + c]).toBe(bytes[i * 27_648 + c * 9216 + x * 96 + y]);
  });

  test("invalid files are refused", () => {
    const X = file("X", new Uint8Array(27_648));
    expect(caught(() => stl10Split(file("X", new Uint8Array(27_647)), file("y", [1])))).toMatchObject({
      code: "truncated",
      file: "X",
    });
    expect(caught(() => stl10Split(file("X", []), file("y", [])))).toMatchObject({ code: "empty", file: "X" });
    expect(caught(() => stl10Split(X, file("y", [1, 2])))).toMatchObject({ code: "count-mismatch", file: "y" });
    for (const label of [0, 11])
      expect(caught(() => stl10Split(X, file("y", [label])))).toMatchObject({
        code: "label-out-of-range",
        message: expect.stringContaining(`must hold labels in [1, 10]; got ${label} as label 0`),
      });
  });

  test("stl10Dataset has the name, the shape and the classes", () => {
    const X = file("X", new Uint8Array(27_648));
    const data = stl10Dataset("stl10", STL10_CLASSES, [X, file("y", [1]), X, file("y", [2])]);
    expect(data).toMatchObject({
      name: "stl10",
      shape: [96, 96, 3],
      classes: 10,
      train: { count: 1 },
      test: { count: 1 },
    });
    expect([data.train.labels[0], data.test.labels[0]].map((label) => data.classNames![label!])).toEqual([
      "airplane",
      "bird",
    ]);
  });
});
