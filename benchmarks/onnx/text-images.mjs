// Images of printed text, as a detector of text gets them: lines of this repository's README in many sizes, fonts and colors, by a headless
// Chromium.

import { readFile } from "node:fs/promises";
import { stream } from "@weightcast/random";
import { decode } from "fast-png";
import { findChromium, noChromium, openChromium } from "../browser/chromium.mjs";

/** Means and deviations of the channels, by which PP-OCR scales pixels. */
const [means, deviations] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];

/**
 * Images as the network takes them: [1, 3, side, side] each, red first.
 * @param count number of images
 * @param side in pixels, a multiple of 32
 */
export async function textImages(count, side) {
  const chromium = findChromium();
  if (!chromium) throw new Error(noChromium);
  const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => /^[A-Za-z][^|`<>]{40,}$/.test(line));
  const browser = await openChromium(chromium);
  try {
    const page = await browser.newPage({ viewport: { width: side, height: side } });
    const images = [];
    for (let i = 0; i < count; i++) {
      await page.setContent(pageOf(stream(i, "text-images"), lines, side));
      images.push(planes(decode(await page.screenshot()), side));
    }
    return images;
  } finally {
    await browser.close();
  }
}

/** Page with text at random places. */
function pageOf({ uniform, integer }, lines, side) {
  const color = (from, to) => `hsl(${integer(360)} ${integer(60)}% ${from + integer(to - from)}%)`;
  const isDark = uniform() < 0.3;
  const [ground, ink] = isDark ? [10, 75] : [70, 5];
  const texts = Array.from({ length: 3 + integer(6) }, () => {
    const words = lines[integer(lines.length)].split(" ");
    const start = integer(words.length);
    const size = 11 + integer(26);
    const place = `left:${integer(side / 2)}px;top:${integer(side - size)}px;transform:rotate(${integer(11) - 5}deg)`;
    const font = ["sans-serif", "serif", "monospace"][integer(3)];
    return `<p style="position:absolute;margin:0;white-space:nowrap;font:${size}px ${font};color:${color(ink, ink + 20)};${place}">${words.slice(start, start + 1 + integer(6)).join(" ")}</p>`;
  });
  const gradient = `linear-gradient(${integer(360)}deg, ${color(ground, ground + 25)}, ${color(ground, ground + 25)})`;
  return `<body style="margin:0;height:100vh;overflow:hidden;background:${gradient}">${texts.join("")}</body>`;
}

/** Pixels as scaled planes. */
function planes({ data, channels }, side) {
  const values = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < side * side; i++)
      values[c * side * side + i] = (data[i * channels + c] / 255 - means[c]) / deviations[c];
  return values;
}
