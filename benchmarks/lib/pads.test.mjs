import { expect, test } from "vitest";
import { padsOf } from "./pads.mjs";

test.each([
  { size: 8, stride: 1, input: 32, output: 32, pads: [3, 4] },
  { size: 5, stride: 1, input: 6, output: 6, pads: [2, 2] },
  { size: 3, stride: 2, input: 7, output: 4, pads: [1, 1] },
  { size: 3, stride: 2, input: 8, output: 4, pads: [0, 1] },
  { size: 1, stride: 2, input: 8, output: 4, pads: [0, 0] }, // the places do not cover the last pixel
])(
  "padding 'same' with a window of $size over $input pixels and a stride of $stride",
  ({ size, stride, input, output, pads }) => {
    const window = { window: [size, 1], strides: [stride, 1], input: [input, 9, 2], output: [output, 9] };
    expect(padsOf({ ...window, padding: "same" })).toEqual([pads, [0, 0]]);
  },
);

test("padding 'valid' adds nothing", () => {
  const window = { window: [4, 4], strides: [2, 2], input: [32, 32, 3], output: [15, 15], padding: "valid" };
  expect(padsOf(window)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});
