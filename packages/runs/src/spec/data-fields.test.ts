import { expect, test } from "vitest";
import { identityOf, resolveRun } from ".";

const dataOf = (data: object) => resolveRun({ data }).data;

test("size is one number for both sides, or height and width; one image size is one run", () => {
  expect(dataOf({ folder: "pets", size: 32 })).toMatchObject({ size: [32, 32] });
  expect(dataOf({ folder: "pets", size: [24, 32] })).toMatchObject({ size: [24, 32] });
  const id = (data: object) => identityOf(resolveRun({ data }), "engine", "inputs");
  expect(id({ folder: "pets", size: 32 })).toBe(id({ folder: "pets", size: [32, 32] }));
  expect(
    new Set(
      [
        ...[{}, { size: 32 }, { size: 33 }, { size: [32, 33] }, { channels: 1 }, { channels: 3 }],
        { size: 32, channels: 3 },
      ].map((more) => id({ folder: "pets", ...more })),
    ).size,
  ).toBe(7);
});

test("without size and channels, a run is what it was before they existed", () => {
  expect(Object.keys(dataOf({ folder: "pets" }))).toEqual(["folder", "samples", "name"]);
  // A resolved run, as in a record, is the same again.
  const run = resolveRun({ data: { folder: "pets", size: 32, channels: 3 } });
  expect(resolveRun(run)).toEqual(run);
});

test.each([
  [{ size: 32 }, "data.size: is for images in a folder of yours; leave it out"],
  [{ name: "cifar10", channels: 1 }, "data.channels: is for images in a folder of yours; leave it out; got 1"],
  [{ folder: "pets", size: 0 }, "data.size: must be a number of pixels, or [height, width], in [1, 8192]; got 0"],
  [{ folder: "pets", size: "32" }, 'data.size: must be a number of pixels, or [height, width], in [1, 8192]; got "32"'],
  [{ folder: "pets", channels: 2 }, "data.channels: must be one of 1, 3; got 2"],
])("%o is refused", (data, message) => {
  expect(() => dataOf(data)).toThrow(message);
});
