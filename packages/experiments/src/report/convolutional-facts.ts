import type { Aggregate } from "../aggregate";
import { againstDense, below, type Fact, pointsIn, said, slack } from "./facts";
import { share, signed } from "./format";
import type { MethodCurve, Sweep } from "./sweep";

type Point = MethodCurve["points"][number];

/** What Figure 5 says, checked by the means of these runs; what no run was made for is left out but for the figure's own. */
export function fig5Facts(sweep: Sweep): Fact[] {
  const pointsOf = pointsIn(sweep);
  const [points, dense] = [pointsOf("SE"), sweep.dense[0]];
  return ifLearned(dense, [
    withSpread(againstDense("SE with 25% learned", points, dense, around(0.25)), at(points, 0.25), dense),
    nearWhole(points),
    ...others(sweep).map((method) => below("SE", method, 0, pointsOf, 1)),
    ...breaks(points, dense),
  ]);
}

/** What runs of a deep network with 3 × 3 kernels say: whether predicting costs, and whether a smooth dictionary helps. */
export function depthFacts(sweep: Sweep): Fact[] {
  const pointsOf = pointsIn(sweep);
  const [points, dense] = [pointsOf("SE"), sweep.dense[0]];
  const ninths = [2, 3, 5].map((n) =>
    withSpread(
      againstDense(`SE with ${n} of the 9 weights of each kernel learned`, points, dense, around(n / 9)),
      at(points, n / 9),
      dense,
    ),
  );
  return ifLearned(dense, [...ninths, ...others(sweep).map((method) => below("SE", method, 0, pointsOf, 1))]);
}

/** A dense network that errs more has learned next to nothing; comparisons with it mean nothing. */
const unlearned = 0.8;

function ifLearned(dense: Aggregate | undefined, facts: readonly Fact[]): Fact[] {
  if (!dense || dense.testError.mean <= unlearned) return [...facts];
  const evidence = `The dense network still errs ${said(dense)}: train longer, or on more images.`;
  return facts.map(({ claim }) => ({ claim, verdict: "not measured", evidence }));
}

/** The share with what is rounded to it. */
const around = (share: number) => ({ low: share * 0.98, share, high: share * 1.02 });

const at = (points: readonly Point[], share: number): Point | undefined =>
  points.find(({ asked }) => Math.abs(asked / share - 1) < 0.02);

const others = ({ curves }: Sweep): string[] => curves.map(({ method }) => method).filter((method) => method !== "SE");

/** A difference of two means, with how it compares with what the seeds make. */
function withSpread(fact: Fact, ours: Aggregate | undefined, other: Aggregate | undefined): Fact {
  const [a, b] = [ours?.testError, other?.testError];
  if (fact.verdict === "not measured" || !a || !b) return fact;
  if (a.sd === undefined || b.sd === undefined)
    return { ...fact, evidence: `${fact.evidence} One run each: how much seeds differ is not known.` };
  const seeds = 100 * Math.sqrt((a.sd ** 2 + b.sd ** 2) / 2);
  const difference = 100 * Math.abs(a.mean - b.mean);
  const how = difference <= seeds ? "less than seeds differ" : "more than seeds differ";
  return { ...fact, evidence: `${fact.evidence} That is ${how} (a standard deviation of ${seeds.toFixed(2)} points).` };
}

/** Points that a quarter of the weights cost in the paper, against all of them from the same dictionary. */
const paperCost = 1.5;

function nearWhole(points: readonly Point[]): Fact {
  const claim = `SE with 25% learned errs at most ${paperCost} points more than SE with all learned, the paper's difference`;
  const [quarter, whole] = [at(points, 0.25), at(points, 1)];
  if (!quarter || !whole) return { claim, verdict: "not measured", evidence: "" };
  const difference = 100 * (quarter.testError.mean - whole.testError.mean);
  const fact: Fact = {
    claim,
    verdict: difference <= paperCost + slack ? "holds" : "does not hold",
    evidence: `At 25% ${said(quarter)}, at 100% ${said(whole)}: ${signed(difference)} points.`,
  };
  return withSpread(fact, quarter, whole);
}

/** Where less than a quarter was learned: each proportion against the dense network. */
function breaks(points: readonly Point[], dense: Aggregate | undefined): Fact[] {
  return points
    .filter(({ asked }) => asked < 0.245)
    .map((point) =>
      withSpread(
        againstDense(`SE with ${share(point.asked)} learned`, points, dense, around(point.asked)),
        point,
        dense,
      ),
    );
}
