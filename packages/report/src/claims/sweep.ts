import type { Aggregate, ErrorName } from "@weightcast/runs";

/** Means of a method at one proportion, over its seeds. */
export interface MethodPoint extends Aggregate {
  /** Learned share asked for, in (0, 1]. */
  readonly asked: number;
}

/** Means of a method, by proportion. */
export interface MethodCurve {
  readonly method: string;
  /** Color in every chart and table, as in CSS. */
  readonly color: string;
  /** From the smallest proportion asked for to the largest. */
  readonly points: readonly MethodPoint[];
}

/** Means of a network that predicts no weights. */
export interface DenseNetwork extends Aggregate {
  readonly color: string;
}

/** Runs over several methods and proportions, as means over the seeds. */
export interface Sweep {
  readonly curves: readonly MethodCurve[];
  /** Networks that predict no weights; the methods are compared with the first. */
  readonly dense: readonly DenseNetwork[];
  /** Name of the errors, which depends on the images that they are of. @default "test error" */
  readonly error?: ErrorName;
}

/** Points of a method by its name; none if it was not run. */
export const pointsIn =
  ({ curves }: Sweep) =>
  (method: string): readonly MethodPoint[] =>
    curves.find((curve) => curve.method === method)?.points ?? [];

/** Proportions are rounded where they are written: within 2% they are the same. */
const rounding = 0.02;

/** Point at a proportion; undefined if there is none within 2% of it. */
export const pointAt = (points: readonly MethodPoint[], proportion: number): MethodPoint | undefined =>
  points.find(({ asked }) => Math.abs(asked / proportion - 1) < rounding);

/** Point nearest to a proportion, by ratio; of two equally near, the smaller. */
export function nearest<T extends { readonly asked: number }>(points: readonly T[], proportion: number): T {
  const distance = ({ asked }: T) => Math.abs(Math.log(asked / proportion));
  // Equally near up to rounding: the smaller.
  const order = (a: T, b: T) =>
    Math.abs(distance(a) - distance(b)) < 1e-9 ? a.asked - b.asked : distance(a) - distance(b);
  return points.reduce((best, point) => (order(point, best) < 0 ? point : best));
}
