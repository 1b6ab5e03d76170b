import { againstDense, below, type Claim, pointsIn, type Sweep, unlessUntrained } from "@weightcast/report/claims";

/** Claims about a deep network with 3×3 kernels, all of them ours: what prediction costs, and whether a smooth dictionary helps. */
export function depthClaims(sweep: Sweep): readonly Claim[] {
  const pointsOf = pointsIn(sweep);
  const dense = sweep.dense.find(({ method }) => method === "nokernel");
  const others = sweep.curves.map(({ method }) => method).filter((method) => method !== "SE");
  return unlessUntrained(dense, [
    ...[2, 3, 5].map((n) =>
      againstDense(`SE with ${n} of the 9 weights of each kernel learned`, pointsOf("SE"), dense, {
        by: "us",
        proportion: n / 9,
      }),
    ),
    ...others.map((method) => below("SE", method, pointsOf, { by: "us" })),
  ]);
}
