/** What one layer can become, and what that costs. */
export interface SensitivityPoint {
  /** Name under which the dictionary was offered. */
  readonly dictionary: string;
  readonly rank: number;
  /** Numbers of V. */
  readonly learned: number;
  /** Numbers that a file holds for the layer's weights: V, U if it is learned, and the dictionary's recipe. */
  readonly stored: number;
  /** Part of the mean square of the layer's own outputs that is left over. */
  readonly left: number;
  /** Relative error of the model's outputs if only this layer is changed, on samples that the fit has not seen. */
  readonly error: number;
  /** Whether the error was measured; else it is interpolated by `left` between measured ones. */
  readonly measured: boolean;
}

/** Sensitivity curve of a layer. */
export interface LayerSensitivity {
  readonly path: string;
  /** Numbers of W. */
  readonly weights: number;
  /** Points of each dictionary, from few numbers to many. */
  readonly points: readonly SensitivityPoint[];
}

/** Sensitivity of a model to each of its layers. */
export interface Sensitivity {
  readonly layers: readonly LayerSensitivity[];
  /** Numbers of all other weights, biases included. */
  readonly others: number;
}

/** Largest of the shares at which a layer is judged. */
export const largestShare = 0.75;

/** Shares of a layer's weights that are learned, at which it is judged. */
const shares = [0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.55, largestShare];
/** Parts of a layer's own outputs that are left over, near which the model is run. */
const measuredAt = [0.25, 0.08, 0.02];

/**
 * Ranks at the shares, each once.
 * @param weights numbers of W
 * @param each numbers that an atom takes
 * @param most atoms that there are
 */
export function ranksAt(weights: number, each: number, most: number): readonly number[] {
  const ranks = shares.map((share) => Math.min(Math.floor((share * weights) / each), most));
  return [...new Set(ranks)].filter((rank) => rank > 0);
}

/** Points of a layer at which the model is run, the other errors being interpolated. */
export const pointsToMeasure = <Point extends { readonly left: number }>(
  points: readonly Point[],
): ReadonlySet<Point> => new Set(measuredAt.flatMap((left) => nearest(points, left) ?? []));

/** Point whose part left over is nearest to another, by its logarithm. */
function nearest<Point extends { readonly left: number }>(points: readonly Point[], left: number): Point | undefined {
  const apart = (point: Point) => Math.abs(Math.log(Math.max(point.left, 1e-12) / left));
  return points.toSorted((a, b) => apart(a) - apart(b))[0];
}

/** Error at a layer's own error, by straight lines between logarithms of measured ones; beyond them, in proportion to it. */
export function interpolated(
  measured: readonly { readonly left: number; readonly error: number }[],
): (left: number) => number {
  const known = measured.toSorted((a, b) => a.left - b.left);
  const positive = known.filter((point) => point.left > 0 && point.error > 0);
  return (left) => {
    if (left <= 0 || positive.length === 0) return positive.length === 0 ? (known[0]?.error ?? 0) : 0;
    const after = positive.findIndex((point) => point.left >= left);
    if (after <= 0) {
      const edge = positive[after < 0 ? positive.length - 1 : 0]!;
      return (edge.error * left) / edge.left;
    }
    const [a, b] = [positive[after - 1]!, positive[after]!];
    const along = (Math.log(left) - Math.log(a.left)) / (Math.log(b.left) - Math.log(a.left));
    return Math.exp(Math.log(a.error) + along * (Math.log(b.error) - Math.log(a.error)));
  };
}
