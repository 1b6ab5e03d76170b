import type { Filters } from "./filters";
import { inOrder } from "./order";
import type { Baseline } from "./predictors";

/**
 * Errors, as those of `kernelErrors`, of predicting the pixels that are not kept by zero, by the mean of the kept ones (of
 * each filter and channel), or by the nearest kept one (of several, the first that was kept).
 * @throws RangeError as `kernelErrors`
 */
export function baselineErrors(
  baseline: Baseline,
  filters: Filters,
  order: ArrayLike<number>,
  counts: readonly number[],
): number[] {
  const { rows, width, errors, squares } = inOrder("baselineErrors", filters, order, counts);
  const n = rows.length / width;
  /** Squared error from row `kept` on, if row i is predicted by the row of `guesses` that starts at `start(i)`. */
  const apart = (kept: number, guesses: Float64Array, start: (row: number) => number) => {
    let sum = 0;
    for (let row = kept; row < n; row++) {
      const [at, guess] = [row * width, start(row)];
      for (let j = 0; j < width; j++) sum += (rows[at + j]! - guesses[guess + j]!) ** 2;
    }
    return sum;
  };

  switch (baseline) {
    case "zero":
      return errors(
        () => {},
        (kept) => squares(kept, rows, width, 0),
      );
    case "mean": {
      const sums = new Float64Array(width);
      const add = (from: number, to: number) => {
        for (let row = from; row < to; row++)
          for (let j = 0; j < width; j++) sums[j] = sums[j]! + rows[row * width + j]!;
      };
      return errors(add, (kept) =>
        apart(
          kept,
          sums.map((sum) => sum / kept),
          () => 0,
        ),
      );
    }
    case "nearest": {
      const columns = filters.domain[1];
      const near = new Int32Array(n);
      const distances = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
      const place = (row: number) => [Math.floor(order[row]! / columns), order[row]! % columns] as const;
      const visit = (from: number, to: number) => {
        for (let kept = from; kept < to; kept++) {
          const [y, x] = place(kept);
          for (let row = kept + 1; row < n; row++) {
            const [there, across] = place(row);
            const distance = (there - y) ** 2 + (across - x) ** 2;
            if (distance < distances[row]!) [distances[row], near[row]] = [distance, kept];
          }
        }
      };
      return errors(visit, (kept) => apart(kept, rows, (row) => near[row]! * width));
    }
  }
}
