import type { LossCurve } from "./curves";
import type { FitResult } from "./fit";
import type { PatchData } from "./patch-data";
import type { Fig6Settings } from "./settings";

/** Fits of Figure 6, and what they were made with. */
export interface Fig6Result {
  readonly data: PatchData;
  readonly settings: Fig6Settings;
  readonly fits: readonly FitResult[];
  readonly curves: readonly LossCurve[];
  /** Engine of the fits. */
  readonly versions: string;
}
