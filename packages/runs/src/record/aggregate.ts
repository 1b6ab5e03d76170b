import { predictedLayers } from "../spec";
import type { RunRecord } from "./record";
import { type Summary, summarize } from "./summary";

/** Mean over seeds, with the sample standard deviation (n − 1); without it for a single run. */
export interface Spread {
  readonly mean: number;
  readonly sd?: number;
}

/** Runs that differ only in the seed, as a summary whose numbers are means. */
export interface Aggregate extends Omit<Summary, "score" | "metrics"> {
  /** Share of the weights asked for; absent for a network that predicts none. */
  readonly asked?: number;
  readonly seeds: readonly number[];
  /** Score of the run with each seed. */
  readonly scores: readonly number[];
  /** Score of the runs. */
  readonly score: Spread;
}

/** Learned share that a run asks for in its first predicted layer; undefined for a network that predicts none. */
export const askedOf = ({ spec }: RunRecord): number | undefined => predictedLayers(spec)[0]?.proportion;

/**
 * Groups runs of the same label and the same proportion, which differ in the seed, in the order they first appear. A run that
 * appears twice counts once.
 */
export function aggregate(records: readonly RunRecord[]): Aggregate[] {
  const groups = groupBy(records, (record) => `${askedOf(record)} ${record.spec.label}`);
  return [...groups.values()].map((group) => {
    const runs = [...groupBy(group, ({ id }) => id).values()].map(([run]) => run!);
    const [first, summaries] = [runs[0]!, runs.map(summarize)];
    const asked = askedOf(first);
    const mean = (of: Exclude<keyof Summary, "method" | "validation" | "kind" | "metrics">) =>
      spreadOf(summaries.map((summary) => summary[of])).mean;
    return {
      method: first.spec.label,
      ...(asked !== undefined && { asked }),
      proportion: mean("proportion"),
      dynamic: mean("dynamic"),
      static: mean("static"),
      stored: mean("stored"),
      bytes: mean("bytes"),
      seconds: mean("seconds"),
      scores: summaries.map(({ score }) => score),
      score: spreadOf(summaries.map(({ score }) => score)),
      kind: summaries[0]!.kind,
      ...(summaries[0]!.validation !== undefined && { validation: summaries[0]!.validation }),
      seeds: runs.map(({ spec }) => spec.seed),
    };
  });
}

/** Mean and standard deviation of one number or more. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** Values by a key; groups, and the values in them, are in the order they first appear. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return groups;
}
