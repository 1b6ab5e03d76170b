import {
  againstDense,
  below,
  type Claim,
  noHigher,
  pointAt,
  pointsIn,
  type Sweep,
  unlessUntrained,
} from "@weightcast/report/claims";

/** Points of test error that learning a quarter of the weights costs in the paper's figure, compared with all of them. */
const paperCost = 1.5;

/**
 * Claims about Figure 5. Only one is the paper's: its curve begins at 25%, and shows neither the dense network nor other
 * dictionaries.
 */
export function fig5Claims(sweep: Sweep): readonly Claim[] {
  const pointsOf = pointsIn(sweep);
  const [points, dense] = [pointsOf("SE"), sweep.dense[0]];
  const others = sweep.curves.map(({ method }) => method).filter((method) => method !== "SE");
  const lower = points.filter(({ asked }) => asked < 0.245);
  return unlessUntrained(dense, [
    noHigher(
      `SE with 25% learned has a test error at most ${paperCost} points higher than SE with all learned, the paper's difference`,
      pointAt(points, 0.25),
      pointAt(points, 1),
      { by: "paper", name: "At 25%", otherName: "at 100%", most: paperCost },
    ),
    againstDense("SE with 25% learned", points, dense, { by: "us", proportion: 0.25 }),
    ...others.map((method) => below("SE", method, pointsOf, { by: "us" })),
    ...lower.map(({ asked }) =>
      againstDense(`SE with ${percent(asked)} asked for`, points, dense, { by: "us", proportion: asked }),
    ),
  ]);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
