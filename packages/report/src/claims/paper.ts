import type { RunRecord } from "@weightcast/runs";

/** Digitized curve: [proportion learned, test error in percent], by proportion. */
export type Curve = readonly (readonly [proportion: number, percent: number])[];

/** Curves of a figure in the paper. */
export interface PaperCurves {
  /** Test error of the dense network in percent, if the figure shows it. */
  readonly nokernel?: number;
  /** Curves by method. */
  readonly curves: Readonly<Record<string, Curve>>;
  /** Where the curves come from, for captions: "the paper's curves (…)". */
  readonly source: string;
  /** Whether runs are on the paper's images: only then do differences from its curves mean something. */
  readonly comparable: (records: readonly RunRecord[]) => boolean;
  /** Points of test error, in percent, above which the report marks a difference. @default none is marked */
  readonly tolerance?: number;
}

/** Test error that the paper reports, in percent. */
export interface PaperError {
  readonly error: number;
  /** Whether it lies between two digitized points. */
  readonly interpolated: boolean;
}

/** Curve of a method; undefined if the paper has none. */
export const curveOf = (paper: Pick<PaperCurves, "curves"> | undefined, method: string): Curve | undefined =>
  paper && Object.hasOwn(paper.curves, method) ? paper.curves[method] : undefined;

/** Digitized proportions are rounded: within 2% they are those of the grid. */
const rounding = 0.02;

/**
 * Test error on a digitized curve, in percent: a point of it, or between two points linear in log p.
 * Undefined outside the curve's range, and without a curve.
 */
export function paperError(curve: Curve | undefined, proportion: number): PaperError | undefined {
  if (!curve) return undefined;
  const point = curve.find(([at]) => Math.abs(proportion / at - 1) < rounding);
  if (point) return { error: point[1], interpolated: false };
  const next = curve.findIndex(([at]) => at > proportion);
  if (next < 1) return undefined;
  const [[left, from], [right, to]] = [curve[next - 1]!, curve[next]!];
  const share = Math.log(proportion / left) / Math.log(right / left);
  return { error: from + share * (to - from), interpolated: true };
}
