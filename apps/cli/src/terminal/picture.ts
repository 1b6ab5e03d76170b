import { sizeOf } from "@weightcast/types";

const shades = " .:-=+*#%@";
/** Characters per line of a picture with one axis. */
const fold = 56;

/**
 * Picture of numbers on a grid: lines of characters, from " " (the smallest) to "@" (the largest). Two rows of the grid
 * share a line, because characters are twice as tall as wide; axes beyond the second are summed over; a grid with a single
 * axis is folded.
 * @param values prod(domain) numbers, row-major
 */
export function picture(values: ArrayLike<number>, domain: readonly number[]): string[] {
  const flat = domain.length === 1;
  const [rows, cols] = flat ? [Math.ceil(domain[0]! / fold), Math.min(fold, domain[0]!)] : [domain[0]!, domain[1]!];
  const depth = sizeOf(domain.slice(2));
  const step = flat ? 1 : 2;
  const lines: number[][] = [];
  for (let top = 0; top < rows; top += step) {
    const line: number[] = [];
    for (let col = 0; col < cols; col++) {
      let sum = 0;
      let seen = 0;
      for (let row = top; row < Math.min(top + step, rows); row++)
        for (let at = (row * cols + col) * depth, end = at + depth; at < end && at < values.length; at++, seen++)
          sum += values[at]!;
      if (seen > 0) line.push((sum * depth) / seen);
    }
    lines.push(line);
  }
  const all = lines.flat();
  const least = Math.min(...all);
  const range = Math.max(...all) - least || 1;
  const shade = (value: number) =>
    shades[Math.min(shades.length - 1, Math.floor(((value - least) / range) * shades.length))];
  return lines.map((line) => line.map(shade).join(""));
}

/** Luminance of each pixel of an image [rows, columns, red green blue] (Rec. 601). */
export function luminance(pixels: ArrayLike<number>): number[] {
  const at = (i: number) => 0.299 * pixels[i]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2]!;
  return Array.from({ length: pixels.length / 3 }, (_, pixel) => at(3 * pixel));
}

/** Pictures side by side, as many as fit in `width` characters, each below its title. */
export function gallery(
  pictures: readonly { readonly title: string; readonly lines: readonly string[] }[],
  width: number,
): string {
  const wide = Math.max(...pictures.flatMap(({ title, lines }) => [title.length, ...lines.map((line) => line.length)]));
  const across = Math.max(1, Math.floor((width + 3) / (wide + 3)));
  const text: string[] = [];
  for (let start = 0; start < pictures.length; start += across) {
    const row = pictures.slice(start, start + across).map(({ title, lines }) => [title, ...lines]);
    const tall = Math.max(...row.map((lines) => lines.length));
    for (let i = 0; i < tall; i++)
      text.push(
        row
          .map((lines) => (lines[i] ?? "").padEnd(wide))
          .join("   ")
          .trimEnd(),
      );
    text.push("");
  }
  return text.join("\n");
}
