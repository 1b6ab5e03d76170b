import type { FilterPicture } from "./record";

/** Picture as pixels: red, green, blue and opacity of each, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Whether filters on a grid have colors: [rows, columns, 3]. */
export const isColor = (domain: readonly number[]): boolean => domain.length === 3 && domain[2] === 3;

/** Whether filters on a grid are pictures: of one channel, or of red, green and blue. */
export const isPictured = (domain: readonly number[]): boolean =>
  domain.length === 2 || isColor(domain) || domain[2] === 1;

/**
 * Pixels of a filter on a grid: [rows, columns] in blue below zero, white at zero and red above; [rows, columns, 3] in red, green and
 * blue, gray at zero. Pixels without a level are transparent.
 * @param levels those of some coordinates, by their indices; see {@link FilterPicture}
 */
export function filterPixels(
  levels: Iterable<readonly [index: number, level: number]>,
  domain: readonly number[],
): Pixels {
  const [height = 1, width = 1] = domain;
  const color = isColor(domain);
  const data = new Uint8Array(height * width * 4);
  for (const [index, level] of levels) {
    const pixel = 4 * (color ? Math.floor(index / 3) : index);
    if (color) data[pixel + (index % 3)] = 128 + level;
    else data.set(diverging(level / 127), pixel);
    data[pixel + 3] = 255;
  }
  return { width, height, data };
}

/** Color of a value in [−1, 1]: from blue over white to red (the ends of the RdBu scheme). */
function diverging(value: number): [number, number, number] {
  const end = value < 0 ? [33, 102, 172] : [178, 24, 43];
  const share = Math.min(1, Math.abs(value));
  return end.map((channel) => Math.round(255 + (channel - 255) * share)) as [number, number, number];
}

/** Filters in a row of the sheet: of few, and of many. */
const perRow = { few: 5, many: 8 };

/** Pixels of filters side by side, with a transparent line between any two; of each, the whole filter. */
export function filterSheet(filters: readonly FilterPicture[], domain: readonly number[]): Pixels {
  const columns = Math.min(filters.length, filters.length > 2 * perRow.few ? perRow.many : perRow.few);
  const rows = Math.ceil(filters.length / columns);
  const [height = 1, width = 1] = domain;
  const sheet = { width: columns * (width + 1) - 1, height: rows * (height + 1) - 1 };
  const data = new Uint8Array(sheet.width * sheet.height * 4);
  for (const [i, { predicted }] of filters.entries()) {
    const tile = filterPixels(predicted.entries(), domain).data;
    const left = (i % columns) * (width + 1);
    const top = Math.floor(i / columns) * (height + 1);
    for (let row = 0; row < height; row++)
      data.set(tile.subarray(4 * row * width, 4 * (row + 1) * width), 4 * ((top + row) * sheet.width + left));
  }
  return { ...sheet, data };
}
