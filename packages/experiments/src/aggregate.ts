import { predictedLayers } from "./predicted-layers";
import type { RunRecord } from "./record";
import { type Summary, summarize } from "./summary";

/** A mean over seeds, with the sample's standard deviation (n − 1); without it where there is one run. */
export interface Spread {
  readonly mean: number;
  readonly sd?: number;
}

/** Runs that differ only in the seed: a summary whose numbers are means. */
export interface Aggregate extends Omit<Summary, "testError"> {
  /** Share of the weights asked for; absent of a network that predicts none. */
  readonly asked?: number;
  readonly seeds: readonly number[];
  /** In [0, 1]. */
  readonly testError: Spread;
}

/** The learned share that a run asks of its first predicted layer; undefined of a network that predicts none. */
export const askedOf = ({ spec }: RunRecord): number | undefined => predictedLayers(spec)[0]?.proportion;

/**
 * Puts together runs of the same label and the same proportion asked, which differ in the seed. In the order they first
 * appear; a run that is there twice counts once.
 */
export function aggregate(records: readonly RunRecord[]): Aggregate[] {
  const groups = groupBy(records, (record) => `${askedOf(record)} ${record.spec.label}`);
  return [...groups.values()].map((group) => {
    const runs = [...groupBy(group, ({ id }) => id).values()].map(([run]) => run!);
    const [first, summaries] = [runs[0]!, runs.map(summarize)];
    const asked = askedOf(first);
    const mean = (of: Exclude<keyof Summary, "method">) => spreadOf(summaries.map((summary) => summary[of])).mean;
    return {
      method: first.spec.label,
      ...(asked !== undefined && { asked }),
      proportion: mean("proportion"),
      dynamic: mean("dynamic"),
      static: mean("static"),
      stored: mean("stored"),
      bytes: mean("bytes"),
      seconds: mean("seconds"),
      testError: spreadOf(summaries.map(({ testError }) => testError)),
      seeds: runs.map(({ spec }) => spec.seed),
    };
  });
}

/** Mean and standard deviation of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** Things by a key, each group and the groups in the order they first appear. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return groups;
}
