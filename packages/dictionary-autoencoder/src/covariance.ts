import type { Matrix } from "@weightcast/dictionary";

/** The covariance of samples, and how many there were. */
export interface Covariance {
  /** Σ (x − m)(x − m)ᵀ / (n − 1): [size, size], the lower triangle; zeros above it. */
  readonly matrix: Float64Array;
  readonly samples: number;
}

/**
 * The covariance of samples, in one pass, in float64. Sums are taken about a value that occurs, zero where the first
 * batch has a zero, so that what is sparse costs what its entries that are not zero cost, and a coordinate that never
 * changes has variance exactly 0.
 * @throws RangeError if a batch has another width, a sample is not finite, or there are fewer than 2
 */
export function covarianceOf(who: string, batches: Iterable<Matrix>, size: number): Covariance {
  const products = new Float64Array(size * size);
  const sums = new Float64Array(size);
  const where = new Int32Array(size);
  const what = new Float64Array(size);
  let shift: Float64Array | undefined;
  let samples = 0;

  for (const batch of batches) {
    checkSamples(who, batch, size);
    if (batch.rows === 0) continue;
    shift ??= occurring(batch);
    for (let row = 0; row < batch.rows; row++) {
      let count = 0;
      for (let i = 0; i < size; i++) {
        const entry = batch.data[row * size + i]! - shift[i]!;
        if (entry === 0) continue;
        where[count] = i;
        what[count++] = entry;
        sums[i] = sums[i]! + entry;
      }
      for (let a = 0; a < count; a++) {
        const start = where[a]! * size;
        const factor = what[a]!;
        for (let b = 0; b <= a; b++) {
          const at = start + where[b]!;
          products[at] = products[at]! + factor * what[b]!;
        }
      }
    }
    samples += batch.rows;
  }
  if (samples < 2) throw new RangeError(`${who}: samples must number at least 2; got ${samples}`);
  const broken = sums.findIndex((sum) => !Number.isFinite(sum));
  if (broken >= 0) throw new RangeError(`${who}: samples must be finite numbers; coordinate ${broken} is not`);

  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const at = i * size + j;
      products[at] = (products[at]! - (sums[i]! * sums[j]!) / samples) / (samples - 1);
    }
  return { matrix: products, samples };
}

/** @throws RangeError unless the batch is [rows, size] */
export function checkSamples(who: string, { rows, cols, data }: Matrix, size: number): void {
  if (cols !== size || data.length !== rows * size)
    throw new RangeError(
      `${who}: samples must be [batch, ${size}]; got [${rows}, ${cols}] with ${data.length} numbers`,
    );
}

/** For every coordinate a value that it takes in the batch: zero if it does, else the first. */
function occurring({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: cols }, (_, i) => {
    for (let row = 0; row < rows; row++) if (data[row * cols + i] === 0) return 0;
    return data[i]!;
  });
}
