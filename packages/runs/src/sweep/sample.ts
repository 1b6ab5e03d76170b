import { exp, log, type Stream } from "@weightcast/random";
import type { Json } from "@weightcast/types";
import { type Axis, isRange, type Range } from "./sweep";

/** Interval on which a range is searched: its logarithm if the scale is that; whole numbers take a half more on each side. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Interval of a range. */
export function intervalOf({ from, to, scale, integer }: Range): Interval {
  const [low, high] = integer ? [from - 0.5, to + 0.5] : [from, to];
  return scale === "log" ? { low: log(low), high: log(high) } : { low, high };
}

/** Number of a range at a place in its interval. */
export function numberAt({ from, to, scale, integer }: Range, place: number): number {
  const value = scale === "log" ? exp(place) : place;
  return Math.min(to, Math.max(from, integer ? Math.round(value) : value));
}

/** Place of a number in the interval of its range. */
export const placeOf = ({ scale }: Range, value: number): number => (scale === "log" ? log(value) : value);

/** Value of an axis, each as probable as another. */
export function drawFrom(values: Axis, draw: Stream): Json {
  if (!isRange(values)) return values[draw.integer(values.length)]!;
  const { low, high } = intervalOf(values);
  return numberAt(values, low + (high - low) * draw.uniform());
}
