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

/** Claims about a deep network with 7×7 kernels, all of them ours: what prediction costs, and whether it is better spent than width. */
export function largeKernelsClaims(sweep: Sweep): readonly Claim[] {
  const pointsOf = pointsIn(sweep);
  const dense = sweep.dense.find(({ method }) => method === "nokernel");
  const smooth = ["SE", "DCT", "Gauss"];
  const by = "us";
  return unlessUntrained(dense, [
    ...[12, 6].flatMap((n) =>
      smooth.flatMap((method) => {
        const proportion = n / 49;
        const who = `${method} with ${n} of the 49 weights of each depthwise kernel learned`;
        const label = narrowerLabel(proportion);
        const narrower = sweep.dense.find(({ method }) => method === label);
        const claim = `${who} has a test error no higher than a narrower dense network that learns as many numbers`;
        return [
          againstDense(who, pointsOf(method), dense, { by, proportion }),
          noHigher(claim, pointAt(pointsOf(method), proportion), narrower, { by, name: method, otherName: label }),
        ];
      }),
    ),
    ...smooth.map((method) => below(method, "RandFixU", pointsOf, { by })),
  ]);
}
