import type { Claim, Sweep } from "@weightcast/report/claims";
import { claimsBesideNarrower } from "../../narrower";
import { narrower } from "./runs";

/** Claims about a deep network with 3×3 kernels: what prediction costs, and whether it is better than fewer filters. */
export function depthClaims(sweep: Sweep): readonly Claim[] {
  const methods = sweep.curves.map(({ method }) => method).filter((method) => !method.startsWith("Rand"));
  return claimsBesideNarrower(sweep, { ...narrower, methods, learned: [6, 3], places: 9, kernels: "each kernel" });
}
