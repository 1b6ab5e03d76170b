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
import { narrowerLabel } from "./runs";

/**
 * Claims about a deep network with 3×3 kernels, all of them ours: what prediction costs, whether it is better than fewer filters, and whether a
 * smooth dictionary helps.
 */
export function depthClaims(sweep: Sweep): readonly Claim[] {
  const pointsOf = pointsIn(sweep);
  const denseBy = (name: string) => sweep.dense.find(({ method }) => method === name);
  const dense = denseBy("nokernel");
  const by = "us";
  const smooth = sweep.curves.map(({ method }) => method).filter((method) => !method.startsWith("Rand"));
  return unlessUntrained(dense, [
    ...smooth.flatMap((method) =>
      [6, 3].flatMap((n) => {
        const who = `${method} with ${n} of the 9 weights of each kernel learned`;
        const [proportion, label] = [n / 9, narrowerLabel(n / 9)];
        const claim = `${who} has a test error no higher than a dense network with fewer filters and as many weights`;
        const options = { by, name: method, otherName: label } as const;
        return [
          againstDense(who, pointsOf(method), dense, { by, proportion }),
          noHigher(claim, pointAt(pointsOf(method), proportion), denseBy(label), options),
        ];
      }),
    ),
    ...smooth.map((method) => below(method, "RandFixU", pointsOf, { by })),
  ]);
}
