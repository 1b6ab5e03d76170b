import { counted, share, signed } from "../page/format";
import { type Claim, type Difference, differenceOf, notMeasured, seedsText, verdictOf, weakest } from "./claim";
import { curveOf, type PaperCurves, paperError } from "./paper";
import type { MethodPoint } from "./sweep";

/** Options of {@link below}. */
export interface BelowOptions {
  readonly by: Claim["by"];
  /** Points of test error by which the first must at least be below the other. @default 0: below it at all */
  readonly margin?: number;
  /** Only proportions below this one count. @default 1: all */
  readonly under?: number;
}

/** Claim that one method has a lower test error than another wherever both were run. */
export function below(
  low: string,
  high: string,
  pointsOf: (method: string) => readonly MethodPoint[],
  { by, margin = 0, under = 1 }: BelowOptions,
): Claim {
  const where =
    under < 1 ? `at every proportion under ${share(under).replace(".0", "")}` : "wherever weights are predicted";
  const claim = `${low} is ${margin > 0 ? `at least ${margin} points ` : ""}below ${high} ${where}`;
  const differences = pointsOf(low).flatMap((point) => {
    const other = point.asked < under ? pointsOf(high).find(({ asked }) => asked === point.asked) : undefined;
    return other ? [{ asked: point.asked, ...differenceOf(point, other) }] : [];
  });
  return everywhere(claim, differences, {
    by,
    most: -margin,
    strictly: margin === 0,
    worstText: ({ asked, points }) => `the smallest gap is ${signed(-points)} points at ${share(asked)}`,
  });
}

/** Options of {@link nearPaper}. */
export interface NearPaperOptions {
  /** Points of test error that count as near. */
  readonly tolerance: number;
  /** Smallest proportion that counts. */
  readonly from: number;
}

/** Claim, always ours, that a method is not above the paper's curve by more than a tolerance. */
export function nearPaper(
  method: string,
  points: readonly MethodPoint[],
  paper: Pick<PaperCurves, "curves">,
  { tolerance, from }: NearPaperOptions,
): Claim {
  const least = share(from).replace(".0", "");
  const claim = `${method} from ${least} learned on is within ${tolerance} points of the paper's curve, or below it`;
  const differences = points.flatMap((point) => {
    // The paper's 9.85% counts as 10%.
    const theirs = point.asked > 0.95 * from ? paperError(curveOf(paper, method), point.asked) : undefined;
    return theirs ? [{ asked: point.asked, ...differenceOf(point, theirs.error) }] : [];
  });
  return everywhere(claim, differences, {
    by: "us",
    most: tolerance,
    worstText: ({ asked, points }) => `the largest difference is ${signed(points)} points at ${share(asked)}`,
  });
}

/** Difference at a proportion. */
interface Measured extends Difference {
  readonly asked: number;
}

interface EverywhereOptions {
  readonly by: Claim["by"];
  readonly most: number;
  readonly strictly?: boolean;
  /** The difference that speaks against the claim most, in words. */
  readonly worstText: (worst: Measured) => string;
}

/** Claim about the differences at several proportions, all of which must be at most `most` points. */
function everywhere(
  claim: string,
  measured: readonly Measured[],
  { by, most, strictly = false, worstText }: EverywhereOptions,
): Claim {
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last) return notMeasured(claim, by);
  const verdicts = measured.map((difference) => verdictOf(difference, most, strictly));
  const worst = measured.reduce((a, b) => (b.points > a.points ? b : a));
  const good = verdicts.filter((verdict) => verdict === "holds").length;
  const range = [...new Set([first, last])].map(({ asked }) => share(asked)).join(" to ");
  return {
    claim,
    by,
    verdict: weakest(verdicts),
    evidence: `${good} of ${counted(measured.length, "proportion")}, ${range}; ${worstText(worst)}. ${seedsText(worst)}`,
  };
}
