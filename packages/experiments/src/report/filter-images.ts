import { encode } from "fast-png";
import type { FilterPicture } from "../record";

/** A filter as two images, data URIs of PNGs: where it was learned, if it was, and the whole of it. */
export interface FilterImages {
  readonly learned?: string;
  readonly predicted: string;
}

/** Whether a grid is one of colors: [rows, columns, 3]. */
export const isColor = (domain: readonly number[]): boolean => domain.length === 3 && domain[2] === 3;

/**
 * Pictures of a filter on a grid [rows, columns]: blue below zero, white at zero, red above; or [rows, columns, 3]: red,
 * green and blue, gray at zero. Pixels that were not learned are transparent in `learned`.
 */
export function filterImages({ learned, predicted }: FilterPicture, domain: readonly number[]): FilterImages {
  const [rows = 1, columns = 1] = domain;
  const color = isColor(domain);
  const paint = (pixels: Iterable<readonly [index: number, level: number]>): string => {
    const data = new Uint8Array(rows * columns * 4);
    for (const [index, level] of pixels) {
      const pixel = 4 * (color ? Math.floor(index / 3) : index);
      if (color) data[pixel + (index % 3)] = 128 + level;
      else data.set(diverging(level / 127), pixel);
      data[pixel + 3] = 255;
    }
    const png = encode({ width: columns, height: rows, data, channels: 4 });
    return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  };
  return {
    ...(learned && { learned: paint(learned.map(({ index, level }) => [index, level])) }),
    predicted: paint(predicted.entries()),
  };
}

/** −1 … 0 … 1 as blue, white, red (the RdBu scheme's ends). */
function diverging(value: number): [number, number, number] {
  const end = value < 0 ? [33, 102, 172] : [178, 24, 43];
  const share = Math.min(1, Math.abs(value));
  return end.map((channel) => Math.round(255 + (channel - 255) * share)) as [number, number, number];
}
