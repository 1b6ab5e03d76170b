import type { Stream } from "@weightcast/random";

/** An index with a probability in proportion to its value, at least 0; the first where all are zero. */
export function proportional(values: Float64Array, source: Stream): number {
  let rest = source.uniform() * values.reduce((sum, value) => sum + value, 0);
  let index = 0;
  for (let i = 0; i < values.length && rest >= 0; i++)
    if (values[i]! > 0) {
      index = i; // the last of them, where rounding leaves a rest
      rest -= values[i]!;
    }
  return index;
}
