import { recordOf } from "@weightcast/runs/testing";
import { describe, expect, test } from "vitest";
import { style } from "../page/style";
import { colorsOf, hues, textColor } from "./colors";

/** Relative luminance of a color "#rrggbb" (WCAG 2.2). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast of two colors, from 1 to 21 (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

test("contrast: black on white has 21, and #767676 just enough for text", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 10);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

describe.each(["light", "dark"] as const)("on a %s page", (scheme) => {
  const sheet = style.split("@media (prefers-color-scheme: dark)")[scheme === "light" ? 0 : 1]!;
  const backgrounds = ["page", "card"].map((name) => new RegExp(`--${name}: (#\\w{6})`).exec(sheet)![1]!);

  test.each(Object.entries(hues))("%s: lines have 3:1, text 4.5:1", (_, { [scheme]: { line, text } }) => {
    for (const background of backgrounds) {
      expect(contrast(line, background)).toBeGreaterThanOrEqual(3);
      expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("the hues stand in the style sheet", () => {
    for (const [hue, { [scheme]: shades }] of Object.entries(hues))
      expect(sheet).toContain(`--${hue}: ${shades.line}; --${hue}-text: ${shades.text};`);
  });
});

test("a method has its own color in every report, and no other label takes a color that is shown", () => {
  const colors = colorsOf(["nokernel", "SE", "RandCon", "mine", "yours"].map((label) => recordOf(label, 0.1)));
  expect([...colors.values()].slice(0, 3)).toEqual(["var(--gray)", "var(--blue)", "var(--green)"]);
  expect(new Set(colors.values()).size).toBe(5);
});

test("text has its own shade of a hue", () => {
  expect(textColor("var(--blue)")).toBe("var(--blue-text)");
  expect(textColor("#123456")).toBe("#123456");
});
