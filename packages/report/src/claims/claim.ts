import type { Aggregate, Spread } from "@weightcast/runs";
import { signed } from "../page/format";

/**
 * Verdict on a claim, by the means over the seeds:
 *
 * - `holds`: the means are as the claim says
 * - `within the spread`: they are not, by no more than the seeds' standard deviation
 * - `undecided`: they are not, and with a single run on a side nothing is known of how much seeds differ
 * - `does not hold`: they are not, by more than the seeds' standard deviation
 * - `not measured`: the runs that the claim is about were not made
 */
export type Verdict = "holds" | "within the spread" | "undecided" | "does not hold" | "not measured";

/** Claim about a figure's runs, with its verdict. */
export interface Claim {
  readonly claim: string;
  /** Who makes it: the paper, in its text or its figure, or only this project. */
  readonly by: "paper" | "us";
  readonly verdict: Verdict;
  /** Numbers behind the verdict, in sentences; empty if nothing was measured. */
  readonly evidence: string;
}

/** Difference between two test errors, in percentage points. */
export interface Difference {
  /** First mean minus second: positive if the first has the higher error. */
  readonly points: number;
  /** Standard deviation of the seeds, pooled; absent if a side has a single run. */
  readonly spread?: number;
}

/** Room for rounding errors where a difference is exactly what a claim allows, in points. */
const slack = 1e-9;

/**
 * Difference of two means, and how much seeds differ: √((sd_a² + sd_b²) / 2).
 * @param b other means, or a constant in percent, such as a value of the paper's; then the spread is that of `a`
 */
export function differenceOf(a: Pick<Aggregate, "score">, b: Pick<Aggregate, "score"> | number): Difference {
  const { mean, sd } = a.score;
  const other: Spread = typeof b === "number" ? { mean: b / 100, ...(sd !== undefined && { sd }) } : b.score;
  const spread = sd === undefined || other.sd === undefined ? undefined : Math.sqrt((sd ** 2 + other.sd ** 2) / 2);
  return { points: 100 * (mean - other.mean), ...(spread !== undefined && { spread: 100 * spread }) };
}

/**
 * Rule of every claim that one test error is no more than `most` points above another (or below it, if `most` is negative).
 * @param strictly whether the difference must be less than `most`
 */
export function verdictOf(
  { points, spread }: Difference,
  most = 0,
  strictly = false,
): Exclude<Verdict, "not measured"> {
  const excess = points - most;
  if (strictly ? excess < -slack : excess <= slack) return "holds";
  if (spread === undefined) return "undecided";
  return excess <= spread + slack ? "within the spread" : "does not hold";
}

/** From the verdict that decides a claim about several differences to the one that decides least. */
const order: readonly Verdict[] = ["does not hold", "undecided", "within the spread", "holds", "not measured"];

/** Verdict on a claim that is made of several differences: that of the difference which speaks against it most. */
export const weakest = (verdicts: readonly Verdict[]): Verdict =>
  order.find((verdict) => verdicts.includes(verdict)) ?? "not measured";

/** Claim about runs that were not made. */
export const notMeasured = (claim: string, by: Claim["by"]): Claim => ({
  claim,
  by,
  verdict: "not measured",
  evidence: "",
});

/** Differences of the runs that have the same seed, as a sentence; "" if there are fewer than two. */
export function pairsText(a: Pick<Aggregate, "seeds" | "scores">, b: Pick<Aggregate, "seeds" | "scores">): string {
  const pairs = a.seeds.flatMap((seed, i) => {
    const other = b.seeds.indexOf(seed);
    return other < 0 ? [] : [signed(100 * (a.scores[i]! - b.scores[other]!))];
  });
  return pairs.length < 2 ? "" : `By seed: ${pairs.join(", ")}. `;
}

/** How much seeds differ, as a sentence. */
export const seedsText = ({ spread }: Difference): string =>
  spread === undefined
    ? "A single run on at least one side: how much seeds differ is not known."
    : `The seeds' standard deviation is ${spread.toFixed(2)} points.`;
