/** Histogram: how many of some numbers lie in each of a row of bins. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper end of each bin. The first begins at `min`, each other where the one before ends. */
  readonly limits: readonly number[];
  /** Numbers in each bin. */
  readonly counts: readonly number[];
}

/**
 * Histogram of numbers, in bins of equal width from the least to the greatest.
 * @param bins number of bins; one if all numbers are equal @default 64
 * @throws RangeError if there are no numbers, or one is not finite, or `bins` is not a positive integer
 */
export function histogramOf(numbers: ArrayLike<number>, bins = 64): Histogram {
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`histogramOf: bins must be a positive integer; got ${bins}`);
  if (numbers.length === 0) throw new RangeError("histogramOf: numbers must hold at least one; got none");
  let [min, max, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (!Number.isFinite(value)) throw new RangeError(`histogramOf: numbers must be finite; got ${value} at ${i}`);
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    sumOfSquares += value * value;
  }
  const used = max > min ? bins : 1;
  const width = (max - min) / used;
  const counts = new Array<number>(used).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const bin = width > 0 ? Math.min(used - 1, Math.floor((numbers[i]! - min) / width)) : 0;
    counts[bin]!++;
  }
  // The last end is exact, whatever rounding does to the others.
  const limits = counts.map((_, bin) => (bin === used - 1 ? max : min + width * (bin + 1)));
  return { min, max, count: numbers.length, sum, sumOfSquares, limits, counts };
}
