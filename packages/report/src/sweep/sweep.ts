import { aggregate, askedOf, errorNameOf, groupBy, type RunRecord } from "@weightcast/runs";
import { colorsOf } from "../charts/colors";
import { type MethodPoint, nearest, type Sweep } from "../claims/sweep";

/** Whether a method was run at more than one proportion. */
export const isSweep = (records: readonly RunRecord[]): boolean =>
  [...groupBy(records, ({ spec }) => spec.label).values()].some((runs) => new Set(runs.map(askedOf)).size > 1);

/** Groups of runs by method and by proportion. */
export function sweepOf(records: readonly RunRecord[]): Sweep {
  const colors = colorsOf(records);
  const aggregates = aggregate(records);
  const predicted = aggregates.filter((group): group is MethodPoint => group.asked !== undefined);
  const dense = aggregates
    .filter(({ asked }) => asked === undefined)
    .map((group) => ({ ...group, color: colors.get(group.method)! }));
  const curves = [...groupBy(predicted, ({ method }) => method)].map(([method, points]) => ({
    method,
    color: colors.get(method)!,
    points: points.sort((a, b) => a.asked - b.asked),
  }));
  return { curves, dense, error: errorNameOf(records.map(({ spec }) => spec)) };
}

/** Runs of each method at its proportion nearest to a given one, and all runs that predict no weights. */
export function runsNear(records: readonly RunRecord[], proportion: number): RunRecord[] {
  return [...groupBy(records, ({ spec }) => spec.label).values()].flatMap((runs) => {
    const asked = runs.flatMap((run) => askedOf(run) ?? []).map((share) => ({ asked: share }));
    if (asked.length === 0) return runs;
    const chosen = nearest(asked, proportion).asked;
    return runs.filter((run) => askedOf(run) === chosen);
  });
}
