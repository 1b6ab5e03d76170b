import { type FilterPicture, filterPixels } from "@weightcast/runs";
import { encode } from "fast-png";

/** Images of a filter, data URIs of PNGs: its learned pixels, if it has any, and the whole filter. */
export interface FilterImages {
  readonly learned?: string;
  readonly predicted: string;
}

/** Pictures of a filter on a grid, as `filterPixels` paints it. Pixels that were not learned are transparent in `learned`. */
export function filterImages({ learned, predicted }: FilterPicture, domain: readonly number[]): FilterImages {
  const paint = (levels: Iterable<readonly [index: number, level: number]>): string => {
    const png = encode({ ...filterPixels(levels, domain), channels: 4 });
    return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  };
  return {
    ...(learned && { learned: paint(learned.map(({ index, level }) => [index, level])) }),
    predicted: paint(predicted.entries()),
  };
}
