import { type Stream, stream } from "@weightcast/random";
import { add, distance, type Points, products } from "./points";
import { proportional } from "./selections/draw";

/** Two points count as the same if ‖x − y‖² is at most this share of ‖x‖² + ‖y‖²: float32 hardly distinguishes them. */
const same = 1e-12;

/**
 * k-means: k centroids, [k, size] row-major, that make Σ ‖x − nearest centroid‖² small. The start is k-means++ (Arthur
 * & Vassilvitskii 2007). Lloyd's iterations follow until no point changes its cluster, at most `iterations` of them. Bounds
 * on the distances to the nearest and second nearest centroid save most comparisons with all centroids (Hamerly 2010,
 * *Making k-means even faster*); the centroids are those of plain Lloyd's iterations.
 *
 * A cluster without points, or with the centroid of another one, restarts at the point furthest from all centroids, so the
 * centroids are distinct.
 *
 * @returns undefined if fewer than k points are distinct
 */
export function lloyd(points: Points, k: number, seed: number, iterations: number): Float64Array | undefined {
  const { count, size } = points;
  const centroids = plusPlus(points, k, stream(seed, "start"));
  if (!centroids) return undefined;
  const known: Assignment = {
    labels: new Int32Array(count).fill(-1),
    upper: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    lower: new Float64Array(count),
  };
  let apart = separations(centroids, k, size);
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (assign(points, centroids, known, apart) === 0) break;
    const before = centroids.slice();
    const sizes = average(points, known.labels, centroids, k);
    apart = separations(centroids, k, size);
    if (restart(points, centroids, sizes, apart)) apart = separations(centroids, k, size);

    const steps = Float64Array.from(sizes, (_, c) => Math.sqrt(between(before, c, centroids, c, size)));
    const longest = steps.reduce((most, step) => Math.max(most, step), 0);
    for (let i = 0; i < count; i++) {
      known.upper[i] = known.upper[i]! + steps[known.labels[i]!]!;
      known.lower[i] = known.lower[i]! - longest;
    }
  }
  return centroids;
}

/** Cluster and bounds of every point. */
interface Assignment {
  /** Cluster of each point; −1 at the start. */
  readonly labels: Int32Array;
  /** Upper bound of the distance to its own centroid. */
  readonly upper: Float64Array;
  /** Lower bound of the distance to any other centroid. */
  readonly lower: Float64Array;
}

/**
 * Assigns every point to its nearest centroid, the first one if several are equally near.
 * @returns number of points that changed their cluster
 */
function assign(points: Points, centroids: Float64Array, known: Assignment, apart: Float64Array): number {
  const { count, size } = points;
  const { labels, upper, lower } = known;
  const k = apart.length;
  const squares = squaresOf(centroids, k, size);
  const transposed = new Float64Array(k * size);
  for (let c = 0; c < k; c++) for (let j = 0; j < size; j++) transposed[j * k + c] = centroids[c * size + j]!;
  const dots = new Float64Array(k);
  let moved = 0;
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (label >= 0) {
      const enough = Math.max(lower[i]!, apart[label]! / 2);
      if (upper[i]! < enough) continue;
      upper[i] = Math.sqrt(distance(points, i, centroids, label, squares[label]!));
      if (upper[i]! < enough) continue;
    }
    products(points, i, transposed, dots);
    let nearest = 0;
    let first = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      const score = squares[c]! - 2 * dots[c]!; // ‖x − c‖² − ‖x‖²
      if (score < first) {
        second = first;
        first = score;
        nearest = c;
      } else if (score < second) second = score;
    }
    if (label !== nearest) moved++;
    labels[i] = nearest;
    upper[i] = Math.sqrt(Math.max(0, points.squares[i]! + first));
    lower[i] = Math.sqrt(Math.max(0, points.squares[i]! + second));
  }
  return moved;
}

/**
 * Replaces every centroid by the mean of its cluster's points.
 * @returns number of points of each cluster
 */
function average(points: Points, labels: Int32Array, centroids: Float64Array, k: number): Int32Array {
  const sizes = new Int32Array(k);
  centroids.fill(0);
  labels.forEach((label, i) => {
    sizes[label] = sizes[label]! + 1;
    add(points, i, centroids, label);
  });
  for (let c = 0, at = 0; c < k; c++)
    for (let j = 0; j < points.size; j++, at++) centroids[at] = centroids[at]! / Math.max(1, sizes[c]!);
  return sizes;
}

/** Centroids drawn one by one from the points, with probabilities in proportion to ‖x − nearest so far‖². */
function plusPlus(points: Points, k: number, source: Stream): Float64Array | undefined {
  const centroids = new Float64Array(k * points.size);
  const left = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  let next = source.integer(points.count);
  for (let c = 0; c < k; c++) {
    if (left[next] === 0) return undefined; // only repetitions are left
    place(points, next, centroids, c, left);
    next = proportional(left, source);
  }
  return centroids;
}

/**
 * Restarts clusters that have no points, or the centroid of an earlier one.
 * @returns whether there were any
 */
function restart(points: Points, centroids: Float64Array, sizes: Int32Array, apart: Float64Array): boolean {
  const squares = squaresOf(centroids, sizes.length, points.size);
  const all = Array.from(sizes.keys());
  const twins = (a: number, b: number) =>
    between(centroids, a, centroids, b, points.size) <= same * (squares[a]! + squares[b]!);
  const vacant = all.filter(
    (c) =>
      sizes[c] === 0 ||
      (apart[c]! ** 2 <= 4 * same * squares[c]! && all.some((b) => b < c && sizes[b]! > 0 && twins(c, b))),
  );
  if (vacant.length === 0) return false;
  const left = new Float64Array(points.count).fill(Number.POSITIVE_INFINITY);
  for (const c of all) if (!vacant.includes(c)) approach(points, centroids, c, left);
  for (const c of vacant) {
    const furthest = left.reduce((best, value, i) => (value > left[best]! ? i : best), 0);
    place(points, furthest, centroids, c, left);
  }
  return true;
}

/** Makes point i centroid c. */
function place(points: Points, i: number, centroids: Float64Array, c: number, left: Float64Array): void {
  centroids.fill(0, c * points.size, (c + 1) * points.size);
  add(points, i, centroids, c);
  approach(points, centroids, c, left);
}

/** Updates ‖x − nearest centroid‖² of every point with centroid c; it is zero if they are the same. */
function approach(points: Points, centroids: Float64Array, c: number, left: Float64Array): void {
  const squaredNorm = between(centroids, c, new Float64Array(points.size), 0, points.size);
  for (let i = 0; i < points.count; i++) {
    if (left[i] === 0) continue;
    const square = distance(points, i, centroids, c, squaredNorm);
    if (square < left[i]!) left[i] = square <= same * (squaredNorm + points.squares[i]!) ? 0 : square;
  }
}

/** Distance of every centroid to the nearest other one. */
function separations(centroids: Float64Array, k: number, size: number): Float64Array {
  const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < a; b++) {
      const square = between(centroids, a, centroids, b, size);
      nearest[a] = Math.min(nearest[a]!, square);
      nearest[b] = Math.min(nearest[b]!, square);
    }
  return nearest.map(Math.sqrt);
}

/** ‖row i of a − row j of b‖² */
function between(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let sum = 0;
  for (let p = i * size, q = j * size; p < (i + 1) * size; p++, q++) sum += (a[p]! - b[q]!) ** 2;
  return sum;
}

const squaresOf = (rows: Float64Array, count: number, size: number): Float64Array =>
  Float64Array.from({ length: count }, (_, c) => between(rows, c, new Float64Array(size), 0, size));
