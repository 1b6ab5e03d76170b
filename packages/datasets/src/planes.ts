/** The sides of a square image of three colors, and in which order the pixels of a plane are stored. */
export interface Planes {
  readonly side: number;
  /** `"rows"`: a row after the other; `"columns"`: a column after the other. */
  readonly order: "rows" | "columns";
}

/** Values of one image. */
export const planesLength = ({ side }: Planes): number => 3 * side * side;

/**
 * Prepares the rearrangement of images that are stored as three planes (all reds, all greens, all blues) to
 * [side, side, 3], row-major, channels last: value (y, x, c) comes from plane c, at y · side + x where planes are stored
 * by rows, at x · side + y where by columns. The function returned reads one image at `from[start…]` and writes it to
 * `to[at…]`.
 */
export function channelsLast({ side, order }: Planes) {
  const pixels = side * side;
  // Where in a plane each pixel is, in the order it is wanted: the fastest of the ways that were tried.
  const places = Int32Array.from({ length: pixels }, (_, i) =>
    order === "rows" ? i : (i % side) * side + Math.floor(i / side),
  );
  return (from: Uint8Array, start: number, to: Uint8Array, at: number): void => {
    for (let i = 0, k = at; i < pixels; i++, k += 3) {
      const red = start + places[i]!;
      to[k] = from[red]!;
      to[k + 1] = from[red + pixels]!;
      to[k + 2] = from[red + 2 * pixels]!;
    }
  };
}
