import type { Claim, Sweep } from "@weightcast/report/claims";
import { claimsBesideNarrower } from "../../narrower";
import { distilledName, narrower } from "./runs";

/** Claims about a deep network with 3×3 kernels: what prediction costs, and whether it is better than fewer filters. */
export function depthClaims(sweep: Sweep): readonly Claim[] {
  const methods = sweep.curves.map(({ method }) => method).filter((method) => !method.startsWith("Rand"));
  // With distillation, against fewer filters with distillation.
  const label = (proportion: number, method: string) =>
    method.endsWith("-distill") ? distilledName(narrower.label(proportion)) : narrower.label(proportion);
  return claimsBesideNarrower(sweep, { label, methods, learned: [6, 3], places: 9, kernels: "each kernel" });
}
