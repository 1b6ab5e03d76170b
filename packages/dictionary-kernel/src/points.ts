import { checkSamples, type SamplesSource } from "@weightcast/dictionary";

/**
 * Samples as points without their zeros, as images and rectified units are mostly zeros. Point i has the entries
 * `values[p]` at the coordinates `coordinates[p]`, p from `starts[i]` up to `starts[i + 1]`.
 */
export interface Points {
  readonly count: number;
  /** Dimension of the space. */
  readonly size: number;
  readonly starts: Int32Array;
  readonly coordinates: Int32Array;
  readonly values: Float64Array;
  /** ‖x‖² of every point. */
  readonly squares: Float64Array;
}

/**
 * All samples of a source except those of zeros.
 * @throws RangeError if a batch has another width, or a sample is not finite
 */
export function gather({ batches }: SamplesSource, size: number): Points {
  const starts = [0];
  const squares: number[] = [];
  const parts: { readonly coordinates: Int32Array; readonly values: Float32Array }[] = [];
  let total = 0;
  for (const batch of batches()) {
    const { rows, data } = checkSamples("kmeans", batch, size);
    const coordinates = new Int32Array(data.length);
    const values = new Float32Array(data.length);
    let filled = 0;
    for (let row = 0; row < rows; row++) {
      let square = 0;
      for (let i = 0; i < size; i++) {
        const value = data[row * size + i]!;
        if (value === 0) continue;
        coordinates[filled] = i;
        values[filled++] = value;
        square += value * value;
      }
      if (!Number.isFinite(square)) throw new RangeError("kmeans: samples must be finite numbers");
      if (square === 0) continue;
      starts.push(total + filled);
      squares.push(square);
    }
    parts.push({ coordinates: coordinates.slice(0, filled), values: values.slice(0, filled) });
    total += filled;
  }
  const points = {
    count: squares.length,
    size,
    starts: Int32Array.from(starts),
    coordinates: new Int32Array(total),
    values: new Float64Array(total),
    squares: Float64Array.from(squares),
  };
  let at = 0;
  for (const { coordinates, values } of parts) {
    points.coordinates.set(coordinates, at);
    points.values.set(values, at);
    at += coordinates.length;
  }
  return points;
}

/** ‖x_i − c‖² = ‖x_i‖² − 2 x_i·c + ‖c‖², where c is the given row of the centroids and `square` is ‖c‖². */
export function distance(points: Points, i: number, centroids: Float64Array, row: number, square: number): number {
  const { starts, coordinates, values, squares, size } = points;
  const at = row * size;
  const end = starts[i + 1]!;
  let p = starts[i]!;
  let s0 = 0; // four sums need not wait for each other
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (; p + 3 < end; p += 4) {
    s0 += values[p]! * centroids[at + coordinates[p]!]!;
    s1 += values[p + 1]! * centroids[at + coordinates[p + 1]!]!;
    s2 += values[p + 2]! * centroids[at + coordinates[p + 2]!]!;
    s3 += values[p + 3]! * centroids[at + coordinates[p + 3]!]!;
  }
  for (; p < end; p++) s0 += values[p]! * centroids[at + coordinates[p]!]!;
  return Math.max(0, squares[i]! - 2 * (s0 + s1 + s2 + s3) + square);
}

/** Adds point i to a row of sums. */
export function add(points: Points, i: number, sums: Float64Array, row: number): void {
  const { starts, coordinates, values, size } = points;
  for (let p = starts[i]!, at = row * size; p < starts[i + 1]!; p++)
    sums[at + coordinates[p]!] = sums[at + coordinates[p]!]! + values[p]!;
}

/**
 * Inner products of point i with every centroid, four coordinates at a time.
 * @param transposed the centroids, [size, k]
 * @param into the products, [k], overwritten
 */
export function products(points: Points, i: number, transposed: Float64Array, into: Float64Array): void {
  const { starts, coordinates, values } = points;
  const k = into.length;
  const end = starts[i + 1]!;
  into.fill(0);
  let p = starts[i]!;
  for (; p + 3 < end; p += 4) {
    const [x0, x1, x2, x3] = [values[p]!, values[p + 1]!, values[p + 2]!, values[p + 3]!];
    const [a0, a1, a2, a3] = [
      coordinates[p]! * k,
      coordinates[p + 1]! * k,
      coordinates[p + 2]! * k,
      coordinates[p + 3]! * k,
    ];
    for (let c = 0; c < k; c++)
      into[c] =
        into[c]! +
        x0 * transposed[a0 + c]! +
        x1 * transposed[a1 + c]! +
        x2 * transposed[a2 + c]! +
        x3 * transposed[a3 + c]!;
  }
  for (; p < end; p++)
    for (let c = 0, x = values[p]!, at = coordinates[p]! * k; c < k; c++, at++)
      into[c] = into[c]! + x * transposed[at]!;
}
