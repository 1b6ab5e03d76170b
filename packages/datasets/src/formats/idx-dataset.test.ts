import { describe, expect, test } from "vitest";
import { DatasetError } from "../error";
import { caught, idx } from "../testing/examples";
import { type IdxRole, idxDataset } from "./idx-dataset";

const ramp = (count: number) => Array.from({ length: count }, (_, i) => i);
const GOOD = {
  trainImages: idx([4, 2, 3], ramp(24)),
  trainLabels: idx([4], [0, 2, 1, 2]),
  testImages: idx([2, 2, 3], ramp(12).reverse()),
  testLabels: idx([2], [1, 0]),
};

/** The four files, each named after its role. */
const files = (replaced: Partial<Record<IdxRole, Uint8Array>> = {}) =>
  Object.fromEntries(
    Object.entries({ ...GOOD, ...replaced }).map(([where, bytes]) => [where, { where, bytes }]),
  ) as Parameters<typeof idxDataset>[0];

describe("idxDataset", () => {
  test("combines images and labels; the number of classes defaults to that of the training labels", () => {
    expect(idxDataset(files())).toEqual({
      name: "idx",
      shape: [2, 3],
      classes: 3,
      train: { images: Uint8Array.from(ramp(24)), labels: Uint8Array.of(0, 2, 1, 2), count: 4 },
      test: { images: Uint8Array.from(ramp(12).reverse()), labels: Uint8Array.of(1, 0), count: 2 },
    });
    expect(idxDataset(files(), { name: "mine", classes: 256 })).toMatchObject({ name: "mine", classes: 256 });
  });

  test.each<[string, IdxRole, Uint8Array, string]>([
    ["wrong-format", "trainImages", GOOD.trainLabels, "begin with 0x00000803 (images); got 0x00000801 (labels)"],
    ["wrong-format", "testLabels", GOOD.testImages, "begin with 0x00000801 (labels); got 0x00000803 (images)"],
    ["truncated", "testImages", GOOD.testImages.subarray(0, 20), "hold 28 bytes"],
    ["trailing", "testLabels", Uint8Array.of(...GOOD.testLabels, 0), "hold 10 bytes"],
    ["empty", "testImages", idx([0, 2, 3], []), "hold at least one value; got shape [0,2,3]"],
    ["count-mismatch", "trainLabels", idx([3], [0, 1, 2]), "hold 4 labels, one for each image of trainImages; got 3"],
    ["count-mismatch", "testLabels", idx([3], [0, 1, 2]), "hold 2 labels, one for each image of testImages; got 3"],
    ["label-out-of-range", "testLabels", idx([2], [0, 3]), "hold labels in [0, 2]; got 3 as label 1"],
    [
      "shape-mismatch",
      "testImages",
      idx([2, 3, 2], ramp(12)),
      "hold images of shape [2,3], as trainImages does; got [3,2]",
    ],
  ])("%s: %s", (code, role, bytes, message) => {
    const error = caught(() => idxDataset(files({ [role]: bytes })));
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ code, file: role });
    expect(error.message).toContain(`${role}: must ${message}`);
  });

  test("a label outside the given classes, and invalid numbers of classes, are refused", () => {
    expect(caught(() => idxDataset(files(), { classes: 2 }))).toMatchObject({
      code: "label-out-of-range",
      file: "trainLabels",
    });
    for (const classes of [0, 257, 2.5])
      expect(() => idxDataset(files(), { classes })).toThrow(
        RangeError(`idxDataset: classes must be an integer in [1, 256]; got ${classes}`),
      );
  });
});
