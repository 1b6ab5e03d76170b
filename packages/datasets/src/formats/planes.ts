/** Layout of a square image that is stored as three planes, one for each color. */
export interface Planes {
  /** Height and width, in pixels. */
  readonly side: number;
  /** Order of the pixels of a plane: row by row or column by column. */
  readonly order: "rows" | "columns";
}

/** Number of values in one image. */
export const planesLength = ({ side }: Planes): number => 3 * side * side;

/**
 * Function that rearranges an image stored as three planes (all reds, all greens, all blues) to [side, side, 3],
 * row-major, channels last: value (y, x, c) comes from plane c, at y · side + x if planes are stored row by row, at
 * x · side + y if column by column. It reads one image at `from[start…]` and writes it to `to[at…]`.
 */
export function channelsLast({ side, order }: Planes) {
  const pixels = side * side;
  // Position of each pixel in its plane, in the order of the result: the fastest of the ways that were tried.
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
