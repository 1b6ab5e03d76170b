import type { Claim } from "./claim";
import type { PaperCurves } from "./paper";
import type { Sweep } from "./sweep";

/** Comparison of a figure: the curves and claims that its report sets against the runs. */
export interface Comparison {
  /** Proportion at which methods are shown in detail. */
  readonly headline: number;
  /** Curves of the figure in the paper, if it is one of the paper's. */
  readonly paper?: PaperCurves;
  /** Claims about the figure, judged by its runs. */
  readonly claims: (sweep: Sweep) => readonly Claim[];
}
