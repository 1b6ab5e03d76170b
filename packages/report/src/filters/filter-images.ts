import type { FilterPicture } from "@weightcast/runs";
import { encode } from "fast-png";

/** Images of a filter, data URIs of PNGs: its learned pixels, if it has any, and the whole filter. */
export interface FilterImages {
  readonly learned?: string;
  readonly predicted: string;
}

/** Whether filters on a grid have colors: [rows, columns, 3]. */
export const isColor = (domain: readonly number[]): boolean => domain.length === 3 && domain[2] === 3;

/**
 * Pictures of a filter on a grid: [rows, columns] in blue below zero, white at zero and red above; [rows, columns, 3] in red,
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

/** Color of a value in [−1, 1]: from blue over white to red (the ends of the RdBu scheme). */
function diverging(value: number): [number, number, number] {
  const end = value < 0 ? [33, 102, 172] : [178, 24, 43];
  const share = Math.min(1, Math.abs(value));
  return end.map((channel) => Math.round(255 + (channel - 255) * share)) as [number, number, number];
}
