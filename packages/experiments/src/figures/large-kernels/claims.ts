import type { Claim, Sweep } from "@weightcast/report/claims";
import { claimsBesideNarrower } from "../../narrower";
import { narrower } from "./runs";

/** Claims about a deep network with 7×7 kernels: what prediction costs, and whether it is better than fewer channels. */
export function largeKernelsClaims(sweep: Sweep): readonly Claim[] {
  const methods = sweep.curves.map(({ method }) => method).filter((method) => !method.startsWith("Rand"));
  const kernels = "each depthwise kernel";
  return claimsBesideNarrower(sweep, { ...narrower, methods, learned: [12, 6], places: 49, kernels });
}
