import type { Aggregate } from "../aggregate";
import { paperError } from "../paper-fig4";
import { counted, errorText, escapeHtml, share, signed } from "./format";
import { type MethodCurve, nearest, type Sweep } from "./sweep";

/** Something the paper's figure says, checked in the records. */
export interface Fact {
  readonly claim: string;
  readonly verdict: "holds" | "does not hold" | "not measured";
  /** The numbers; empty where nothing was measured. */
  readonly evidence: string;
}

/** Points of test error, in percent, that make a difference; and what "well below" means. */
export const tolerance = 0.3;

/** Room for what floating point loses where a difference is just the tolerance. */
export const slack = 1e-9;

/** What Figure 4, left, says, checked by the means of these runs. */
export function fig4Facts(sweep: Sweep): Fact[] {
  const pointsOf = pointsIn(sweep);
  return [
    // The paper's grid has 4.5% and 5.5%, not 5%.
    againstDense("SE-Emp with 5% learned", pointsOf("SE-Emp"), sweep.dense[0], {
      low: 0.04,
      share: 0.05,
      high: 0.0625,
    }),
    below("SE-Emp", "RandFixU", tolerance, pointsOf),
    below("SE-Emp2", "RandFixU", tolerance, pointsOf),
    below("RandFixU", "RandCon", 0, pointsOf),
    nearPaper("SE-Emp", pointsOf("SE-Emp")),
  ];
}

type Points = MethodCurve["points"];

/** The points of a method by its name; none where it was not run. */
export const pointsIn =
  ({ curves }: Sweep) =>
  (method: string): Points =>
    curves.find((curve) => curve.method === method)?.points ?? [];

/** A share of the weights, and those that count as it, between two others. */
export interface Near {
  readonly low: number;
  readonly share: number;
  readonly high: number;
}

/** A method at some proportion against the dense network. @param who the method at that proportion, in words */
export function againstDense(
  who: string,
  points: Points,
  dense: Aggregate | undefined,
  { low, share: wanted, high }: Near,
): Fact {
  const claim = `${who} errs no more than the dense network`;
  const near = points.filter(({ asked }) => asked > low && asked < high);
  if (!dense || near.length === 0) return { claim, verdict: "not measured", evidence: "" };
  const ours = nearest(near, wanted);
  const difference = 100 * (ours.testError.mean - dense.testError.mean);
  return {
    claim,
    verdict: difference <= slack ? "holds" : "does not hold",
    evidence: `At ${share(ours.asked)} learned ${said(ours)}, dense ${said(dense)}: ${signed(difference)} points.`,
  };
}

/** A mean with what it is the mean of. */
export const said = ({ testError, seeds }: Aggregate): string =>
  `${errorText(testError)}% (${counted(seeds.length, "seed")})`;

/** One method below another wherever both were run with less than `under` learned. */
export function below(
  low: string,
  high: string,
  margin: number,
  pointsOf: (method: string) => Points,
  under = 0.15,
): Fact {
  const where =
    under < 1 ? `at every proportion under ${share(under).replace(".0", "")}` : "wherever weights are predicted";
  const claim = `${low} is ${margin > 0 ? `at least ${margin} points ` : ""}below ${high} ${where}`;
  const gaps = pointsOf(low).flatMap(({ asked, testError }) => {
    const other = asked < under ? pointsOf(high).find((point) => point.asked === asked) : undefined;
    return other ? [{ asked, value: 100 * (other.testError.mean - testError.mean) }] : [];
  });
  const said = ({ asked, value }: Measured) => `${signed(value)} points at ${share(asked)}`;
  return judge(claim, gaps, ({ value }) => (margin > 0 ? value >= margin - slack : value > 0), {
    worst: (a, b) => a.value - b.value,
    say: (worst) => `the smallest gap is ${said(worst)}`,
  });
}

function nearPaper(method: string, points: Points): Fact {
  const claim = `${method} from 10% learned on is within ${tolerance} points of the paper's curve, or below it`;
  const differences = points.flatMap(({ asked, testError }) => {
    const paper = asked > 0.095 ? paperError(method, asked) : undefined;
    return paper ? [{ asked, value: 100 * testError.mean - paper.error }] : [];
  });
  return judge(claim, differences, ({ value }) => value <= tolerance + slack, {
    worst: (a, b) => b.value - a.value,
    say: ({ asked, value }) => `the largest difference is ${signed(value)} points, at ${share(asked)}`,
  });
}

interface Measured {
  readonly asked: number;
  readonly value: number;
}

function judge(
  claim: string,
  measured: readonly Measured[],
  holds: (one: Measured) => boolean,
  { worst, say }: { worst: (a: Measured, b: Measured) => number; say: (one: Measured) => string },
): Fact {
  if (measured.length === 0) return { claim, verdict: "not measured", evidence: "" };
  const fine = measured.filter(holds);
  const range = [...new Set([measured[0]!, measured.at(-1)!])].map(({ asked }) => share(asked)).join(" to ");
  return {
    claim,
    verdict: fine.length === measured.length ? "holds" : "does not hold",
    evidence: `${fine.length} of ${counted(measured.length, "proportion")}, ${range}; ${say([...measured].sort(worst)[0]!)}.`,
  };
}

/** Facts as a list. HTML. */
export function factList(facts: readonly Fact[]): string {
  const items = facts.map(
    ({ claim, verdict, evidence }) =>
      `<li class="${verdict.replaceAll(" ", "-")}"><b>${verdict}</b><span>${escapeHtml(claim)}. <small>${escapeHtml(evidence)}</small></span></li>`,
  );
  return `<ul class="facts">${items.join("\n")}</ul>`;
}
