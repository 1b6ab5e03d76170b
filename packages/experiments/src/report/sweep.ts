import { type Aggregate, aggregate, askedOf, groupBy } from "../aggregate";
import type { RunRecord } from "../record";
import { colorsOf } from "./colors";

/** A method's means, by proportion. */
export interface MethodCurve {
  readonly method: string;
  readonly color: string;
  /** By proportion asked, smallest first. */
  readonly points: readonly (Aggregate & { readonly asked: number })[];
}

/** Means of a network that predicts nothing. */
interface DenseNetwork extends Aggregate {
  readonly color: string;
}

/** Runs over several proportions, as the report shows them. */
export interface Sweep {
  readonly curves: readonly MethodCurve[];
  /** The networks that predict nothing: what others are compared with is the first. */
  readonly dense: readonly DenseNetwork[];
}

/** Whether a method was run at more than one proportion. */
export const isSweep = (records: readonly RunRecord[]): boolean =>
  [...groupBy(records, ({ spec }) => spec.label).values()].some((runs) => new Set(runs.map(askedOf)).size > 1);

/** Groups of runs, by method and by proportion. */
export function sweepOf(records: readonly RunRecord[]): Sweep {
  const colors = colorsOf(records);
  const aggregates = aggregate(records);
  const predicted = aggregates.filter((group): group is MethodCurve["points"][number] => group.asked !== undefined);
  const dense = aggregates
    .filter(({ asked }) => asked === undefined)
    .map((group) => ({ ...group, color: colors.get(group.method)! }));
  const curves = [...groupBy(predicted, ({ method }) => method)].map(([method, points]) => ({
    method,
    color: colors.get(method)!,
    points: points.sort((a, b) => a.asked - b.asked),
  }));
  return { curves, dense };
}

/** The one nearest to a proportion, by ratio; of two as near, the smaller. */
export function nearest<T extends { readonly asked: number }>(points: readonly T[], proportion: number): T {
  const distance = ({ asked }: T) => Math.abs(Math.log(asked / proportion));
  // Just as near but for rounding: the smaller.
  const nearer = (a: T, b: T) =>
    Math.abs(distance(a) - distance(b)) < 1e-9 ? a.asked - b.asked : distance(a) - distance(b);
  return points.reduce((best, point) => (nearer(point, best) < 0 ? point : best));
}

/** Of each method the runs at its proportion nearest to the one given, and all that predict nothing. */
export function runsNear(records: readonly RunRecord[], proportion: number): RunRecord[] {
  return [...groupBy(records, ({ spec }) => spec.label).values()].flatMap((runs) => {
    const asked = runs.flatMap((run) => askedOf(run) ?? []).map((share) => ({ asked: share }));
    if (asked.length === 0) return runs;
    const chosen = nearest(asked, proportion).asked;
    return runs.filter((run) => askedOf(run) === chosen);
  });
}
