import type { Filters } from "./filters";

/** Filters as a matrix with a row per pixel, in the order in which pixels are kept. */
interface OrderedFilters {
  /** [pixels, width], float64: a copy. */
  readonly rows: Float64Array;
  /** Columns of the matrix: channels times filters. */
  readonly width: number;
  /**
   * Errors at each count, the pixels kept one after the other.
   * @param keep called with the rows that are kept next, `from` to `to` (exclusive)
   * @param left squared error of the rows from `kept` on
   * @returns an error for each count, as a share of the squared weights
   */
  readonly errors: (keep: (from: number, to: number) => void, left: (kept: number) => number) => number[];
  /** Sum of squares of a matrix's rows from `kept` on, `width` entries of each from `column` on. */
  readonly squares: (kept: number, matrix: Float64Array, stride: number, column: number) => number;
}

/**
 * Filters in the order in which their pixels are kept.
 * @param who name of the caller, for messages
 * @throws RangeError if order is not a permutation of the pixels, counts do not ascend or are out of range, or all filters
 *   are zero
 */
export function inOrder(
  who: string,
  { data, channels, count }: Filters,
  order: ArrayLike<number>,
  counts: readonly number[],
): OrderedFilters {
  const width = channels * count;
  const n = data.length / width;
  const pixels = Array.from(order);
  if (pixels.length !== n || new Set(pixels).size !== n || !pixels.every((i) => Number.isInteger(i) && i >= 0 && i < n))
    throw new RangeError(`${who}: order must be a permutation of the ${n} pixels; got [${pixels}]`);
  if (!counts.every((c, i) => Number.isInteger(c) && c >= (counts[i - 1] ?? 1) && c <= n))
    throw new RangeError(`${who}: counts must be ascending integers in [1, ${n}]; got [${counts}]`);
  const energy = data.reduce((sum, value) => sum + value * value, 0);
  if (!(energy > 0)) throw new RangeError(`${who}: filters must be numbers that are not all zero`);

  const rows = new Float64Array(data.length);
  pixels.forEach((pixel, row) => {
    rows.set(data.subarray(pixel * width, (pixel + 1) * width), row * width);
  });
  return {
    rows,
    width,
    errors(keep, left) {
      let kept = 0;
      return counts.map((next) => {
        keep(kept, next);
        kept = next;
        return left(kept) / energy;
      });
    },
    squares(kept, matrix, stride, column) {
      let sum = 0;
      for (let row = kept; row < n; row++)
        for (let j = 0, at = row * stride + column; j < width; j++, at++) sum += matrix[at]! ** 2;
      return sum;
    },
  };
}
