import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { filterImages } from "./filter-images";

const pixelsOf = (uri: string) => decode(Buffer.from(uri.replace("data:image/png;base64,", ""), "base64"));

describe("filterImages", () => {
  test("paints the sign and the level; what was not learned is transparent", () => {
    const { learned, predicted } = filterImages(
      { learned: [{ index: 4, level: -127 }], predicted: [0, 64, 0, 0, -127, 25] },
      [2, 3],
    );
    const whole = pixelsOf(predicted);
    expect([whole.width, whole.height, whole.channels]).toEqual([3, 2, 4]);
    const pixel = ({ data }: ReturnType<typeof pixelsOf>, i: number) => [...data.slice(4 * i, 4 * i + 4)];
    expect(pixel(whole, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(whole, 4)).toEqual([33, 102, 172, 255]);
    expect(pixel(whole, 1)).toEqual([216, 139, 148, 255]); // about halfway from white to red
    const seen = pixelsOf(learned!);
    expect(pixel(seen, 4)).toEqual([33, 102, 172, 255]);
    expect(pixel(seen, 1)[3]).toBe(0);
  });

  test("a picture in color: gray at zero, the other channels transparent with the pixel", () => {
    const filter = {
      learned: [
        { index: 3, level: 127 },
        { index: 4, level: 0 },
        { index: 5, level: -127 },
      ],
      predicted: [0, 0, 0, 127, 0, -127],
    };
    const { learned, predicted } = filterImages(filter, [1, 2, 3]);
    const pixels = (uri: string) => [...pixelsOf(uri).data];
    expect(pixels(predicted)).toEqual([128, 128, 128, 255, 255, 128, 1, 255]);
    expect(pixels(learned!)).toEqual([0, 0, 0, 0, 255, 128, 1, 255]);
  });
});
