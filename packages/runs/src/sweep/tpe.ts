import { type Stream, stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { categorical, type Density, parzen } from "./parzen";
import { drawFrom, intervalOf, numberAt, placeOf } from "./sample";
import { type Axis, isRange, type Point, type SweepSpec, searchedAxes } from "./sweep";

/** Setting that was tried, and its score, the smaller the better. */
export interface Observation {
  readonly point: Point;
  readonly score: number;
}

/** Settings that are drawn at random before the search learns from them. */
export const startup = 10;

/** Values that are drawn, of which the most promising is tried. */
const candidates = 24;

/** Number of the best observations, from which the density of good settings is estimated: a tenth, at most 25. */
const goodOf = (count: number): number => Math.min(Math.ceil(0.1 * count), 25);

/** Setting number `index` of a sweep by chance. */
export function randomPoint(sweep: SweepSpec, index: number): Point {
  const draw = stream(sweep.seed, `setting/${index}`);
  return Object.fromEntries(searchedAxes(sweep).map(([name, values]) => [name, drawFrom(values, draw)]));
}

/**
 * Setting number `index` of a sweep by the tree-structured Parzen estimator: of each axis, of 24 values drawn from the density l of the good
 * settings, the one with the largest l(x) / g(x), where g is the density of the others. The first ten are by chance.
 * Source: Bergstra et al. 2011, as in Optuna's TPESampler.
 * @param observations from the oldest; those with a score that is not finite count as the worst
 */
export function suggest(sweep: SweepSpec, index: number, observations: readonly Observation[]): Point {
  if (observations.length < startup) return randomPoint(sweep, index);
  const order = observations.map((_, i) => i).sort((a, b) => compare(observations[a]!, observations[b]!) || a - b);
  const isGood = new Set(order.slice(0, goodOf(observations.length)));
  const good = observations.filter((_, i) => isGood.has(i)).map(({ point }) => point);
  const others = observations.filter((_, i) => !isGood.has(i)).map(({ point }) => point);
  const draw = stream(sweep.seed, `setting/${index}`);
  return Object.fromEntries(
    searchedAxes(sweep).map(([name, values]) => {
      const of = (points: readonly Point[]) => points.map((point) => point[name]!);
      return [name, suggestion(values, of(good), of(others), draw)];
    }),
  );
}

/** Order of scores; failures, whose scores are infinite, are equal and last. */
const compare = (a: Observation, b: Observation): number => (a.score === b.score ? 0 : a.score < b.score ? -1 : 1);

function suggestion(values: Axis, good: readonly Json[], others: readonly Json[], draw: Stream): Json {
  if (!isRange(values)) {
    const indices = (of: readonly Json[]) =>
      of.map((value) => values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value)));
    return values[best(categorical(indices(good), values.length), categorical(indices(others), values.length), draw)]!;
  }
  const interval = intervalOf(values);
  const places = (of: readonly Json[]) => of.map((value) => placeOf(values, value as number));
  return numberAt(values, best(parzen(places(good), interval), parzen(places(others), interval), draw));
}

/** Of values drawn from l, the one with the largest l / g. */
function best(l: Density<number>, g: Density<number>, draw: Stream): number {
  const drawn = Array.from({ length: candidates }, () => l.draw(draw));
  const gain = drawn.map((value) => l.logDensity(value) - g.logDensity(value));
  return drawn[gain.indexOf(Math.max(...gain))]!;
}
