import { expect, test } from "vitest";
import { gallery, luminance, picture } from "./picture";

test("two rows share a line; the smallest is blank, the largest @", () => {
  expect(picture([0, 0, 9, 9, 0, 0, 9, 9], [2, 4])).toEqual(["  @@"]);
  expect(picture([0, 1, 0, 1, 1, 1], [3, 2])).toEqual([" @", "@@"]);
  expect(picture([0, 3, 0, 7, 1, 1], [3, 2])).toEqual([" @", "::"]);
});

test("axes beyond the second are summed over", () => {
  expect(picture([0, 0, 1, 1, 0, 0, 1, 1], [2, 2, 2])).toEqual([" @"]);
});

test("one axis is folded", () => {
  const lines = picture(
    Array.from({ length: 60 }, (_, i) => i),
    [60],
  );
  expect(lines.map((line) => line.length)).toEqual([56, 4]);
  expect(lines[0]![0]).toBe(" ");
  expect(lines[1]!.at(-1)).toBe("@");
});

test("a constant is blank", () => expect(picture([5, 5, 5, 5], [2, 2])).toEqual(["  "]));

test("as many pictures stand side by side as fit", () => {
  const square = (title: string) => ({ title, lines: ["##", "##"] });
  const three = [square("a"), square("b"), square("c")];
  expect(gallery(three, 7)).toBe("a    b\n##   ##\n##   ##\n\nc\n##\n##\n");
  expect(gallery(three, 80)).toBe("a    b    c\n##   ##   ##\n##   ##   ##\n");
});

test("luminance: green is brightest, blue darkest", () => {
  const [black, red, green, blue, white] = luminance([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  expect([black, red, green, blue]).toEqual([0, 0.299 * 255, 0.587 * 255, 0.114 * 255]);
  expect(white).toBeCloseTo(255, 10);
});
