import type { Aggregate } from "@weightcast/runs";
import { counted, errorText, share, signed } from "../page/format";
import { type Claim, differenceOf, notMeasured, pairsText, seedsText, verdictOf } from "./claim";
import { type MethodPoint, nearest } from "./sweep";

/** Options of {@link noHigher}. */
export interface NoHigherOptions {
  readonly by: Claim["by"];
  /** How the first is called in the evidence: "at 25.0% learned". */
  readonly name: string;
  readonly otherName: string;
  /** Points of test error by which the first may be above the other. @default 0 */
  readonly most?: number;
}

/** Claim that a mean test error is no higher than another, or not by more than `most` points. */
export function noHigher(
  claim: string,
  one: Aggregate | undefined,
  other: Aggregate | undefined,
  { by, name, otherName, most = 0 }: NoHigherOptions,
): Claim {
  if (!one || !other) return notMeasured(claim, by);
  const difference = differenceOf(one, other);
  const numbers = `${name} ${meanText(one)}, ${otherName} ${meanText(other)}: ${signed(difference.points)} points.`;
  return {
    claim,
    by,
    verdict: verdictOf(difference, most),
    evidence: `${numbers} ${pairsText(one, other)}${seedsText(difference)}`,
  };
}

/** Options of {@link againstDense}. */
export interface AgainstDenseOptions {
  readonly by: Claim["by"];
  /** Learned share that the claim is about. */
  readonly proportion: number;
  /** Range of the shares that count as it, exclusive. @default within 2% */
  readonly range?: readonly [low: number, high: number];
}

/**
 * Claim that a method with a part of the weights learned has a test error no higher than the dense network's.
 * @param who method at that proportion, in words: "SE with 25% learned"
 */
export function againstDense(
  who: string,
  points: readonly MethodPoint[],
  dense: Aggregate | undefined,
  { by, proportion, range: [low, high] = [proportion * 0.98, proportion * 1.02] }: AgainstDenseOptions,
): Claim {
  const near = points.filter(({ asked }) => asked > low && asked < high);
  const point = near.length > 0 ? nearest(near, proportion) : undefined;
  return noHigher(`${who} has a test error no higher than the dense network's`, point, dense, {
    by,
    name: point ? learnedText(point) : "",
    otherName: "dense",
  });
}

/** Learned share of a point, with the share asked for if it differs: fewer than one atom cannot be learned. */
function learnedText({ asked, proportion }: MethodPoint): string {
  const learned = share(proportion);
  return share(asked) === learned ? `At ${learned} learned` : `At ${learned} learned (${share(asked)} asked for)`;
}

/** A dense network with a higher error has learned next to nothing, and comparisons with it mean nothing. */
const untrained = 0.8;

/** Claims as they were judged; not measured if the dense network has hardly learned. */
export function unlessUntrained(dense: Aggregate | undefined, claims: readonly Claim[]): readonly Claim[] {
  if (!dense || dense.score.mean <= untrained) return claims;
  const evidence = `The dense network still has an error of ${meanText(dense)}: train longer, or on more images.`;
  return claims.map(({ claim, by }) => ({ claim, by, verdict: "not measured", evidence }));
}

/** Mean test error with the number of seeds behind it. */
export const meanText = ({ score, seeds }: Pick<Aggregate, "score" | "seeds">): string =>
  `${errorText(score)}% (${counted(seeds.length, "seed")})`;
