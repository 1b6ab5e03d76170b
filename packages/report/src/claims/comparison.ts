import type { BytesComparison } from "./bytes";
import type { Claim } from "./claim";
import type { PaperCurves } from "./paper";
import type { Sweep } from "./sweep";

/** Comparison of a figure: the curves and claims that its report sets against the runs. */
export interface Comparison {
  /** Proportion at which methods are shown in detail. @default 0.05 */
  readonly headline?: number;
  /** Curves of the figure in the paper, if it is one of the paper's. */
  readonly paper?: PaperCurves;
  /** Claims about runs at several proportions. @default none */
  readonly claims?: (sweep: Sweep) => readonly Claim[];
  /** Makes it a report about bytes on disk, in place of proportions. */
  readonly bytes?: BytesComparison;
}
