import { encode } from "fast-png";

/** An SVG with a white background, so that it can be read on a dark page, too. */
export const drawing = (width, height, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
  `<rect width="${width}" height="${height}" rx="8" fill="#fff"/>${parts.join("")}</svg>\n`;

/** A text. */
export const label = (x, y, text, { anchor = "start", fill = "#333", size = 15 } = {}) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}" font-size="${size}" font-family="system-ui, sans-serif">${text}</text>`;

/**
 * Numbers on a grid as an image: blue below zero, orange above, each scaled by the largest magnitude; NaN is gray.
 * @param place `{ x, y, size }`: where, and its width
 */
export function image(values, [height, width], { x, y, size }) {
  const largest = Math.max(...values.filter((value) => !Number.isNaN(value)).map(Math.abs)) || 1;
  const data = new Uint8Array(4 * height * width);
  for (const [i, value] of [...values].entries()) data.set([...color(value / largest), 255], 4 * i);
  const png = Buffer.from(encode({ width, height, data, channels: 4 })).toString("base64");
  return `<image x="${x}" y="${y}" width="${size}" height="${(size * height) / width}" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`;
}

/** Columns of a matrix. */
export const columnsOf = ({ rows, cols, data }) =>
  Array.from({ length: cols }, (_, k) => Array.from({ length: rows }, (_, i) => data[i * cols + k]));

const [negative, zero, positive] = [
  [11, 110, 138],
  [244, 244, 242],
  [206, 92, 16],
];

function color(value) {
  if (Number.isNaN(value)) return [139, 141, 145];
  const end = value < 0 ? negative : positive;
  return zero.map((channel, i) => Math.round(channel + Math.abs(value) * (end[i] - channel)));
}
