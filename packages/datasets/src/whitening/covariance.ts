import type { Matrix } from "@weightcast/types";

/** Mean and covariance of samples, in float64. */
export interface Moments {
  readonly count: number;
  /** [cols]. */
  readonly mean: Float64Array;
  /** [cols, cols], symmetric: Σ (x − mean)(x − mean)ᵀ / count. */
  readonly covariance: Float64Array;
}

/**
 * Mean and covariance in two passes over the samples, a matrix at a time. Samples are centered before they are
 * multiplied, so that a mean far from 0 costs no digits.
 * @param who the caller's name, for the message
 * @param samples function that yields the same matrices at every call
 * @throws RangeError if there are none, their widths differ, a value is not finite, or the second call yields another
 * number of examples
 */
export function moments(who: string, samples: () => Iterable<Matrix>): Moments {
  let mean: Float64Array | undefined;
  let count = 0;
  for (const { rows, cols, data } of samples()) {
    mean ??= new Float64Array(cols);
    if (cols !== mean.length || cols < 1 || data.length !== rows * cols)
      throw new RangeError(
        `${who}: samples must be matrices of one width ≥ 1; got [${rows}, ${cols}] with ${data.length} values ` +
          `after a width of ${mean.length}`,
      );
    for (let at = 0; at < data.length; )
      for (let j = 0; j < cols; j++, at++) {
        if (!Number.isFinite(data[at])) throw new RangeError(`${who}: samples must be finite; got ${data[at]}`);
        mean[j] = mean[j]! + data[at]!;
      }
    count += rows;
  }
  if (mean === undefined || count === 0) throw new RangeError(`${who}: samples must not be empty; got none`);
  for (let j = 0; j < mean.length; j++) mean[j] = mean[j]! / count;
  return { count, mean, covariance: covarianceOf(who, samples, mean, count) };
}

function covarianceOf(who: string, samples: () => Iterable<Matrix>, mean: Float64Array, count: number): Float64Array {
  const n = mean.length;
  const sums = new Float64Array(n * n);
  let left = count;
  // Four samples at a time, so that the sums are read and written once for four products. Missing samples are 0.
  const four = Array.from({ length: 4 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [a, b, c, d] = four;
  for (const { rows, data } of samples()) {
    left -= rows;
    for (let row = 0; row < rows; row += 4) {
      for (const [k, centered] of four.entries())
        for (let j = 0, at = (row + k) * n; j < n; j++, at++) centered[j] = row + k < rows ? data[at]! - mean[j]! : 0;
      for (let i = 0, at = 0; i < n; i++, at = i * n) {
        const [ai, bi, ci, di] = [a[i]!, b[i]!, c[i]!, d[i]!];
        for (let j = 0; j <= i; j++, at++) sums[at] = sums[at]! + ai * a[j]! + bi * b[j]! + ci * c[j]! + di * d[j]!;
      }
    }
  }
  if (left !== 0)
    throw new RangeError(
      `${who}: samples must yield the same at every call; got ${count} examples and then ${count - left}`,
    );
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = sums[i * n + j]! / count;
      sums[i * n + j] = value;
      sums[j * n + i] = value;
    }
  return sums;
}
