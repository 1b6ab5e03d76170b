import type { RunSpec, Spread } from "@weightcast/runs";
import type { Claim } from "./claim";

/** Where a run stands in a report about bytes. */
export interface BytesPlace {
  /** Network by its usual name, such as LeNet-5: each has a chart. */
  readonly network: string;
  /** Curve, one of several in the chart of the network. */
  readonly curve: string;
}

/** Runs that differ only in the seed, as means. */
export interface BytesPoint {
  /** Label of the runs. */
  readonly label: string;
  /** Bytes of the model file. */
  readonly bytes: number;
  /** Bytes of the largest of the runs' files. */
  readonly most: number;
  /** Numbers that training learned, with biases and the last layer. */
  readonly learned: number;
  /** Whether no weight is predicted. */
  readonly isDense: boolean;
  /** In [0, 1]. */
  readonly score: Spread;
  readonly seeds: readonly number[];
}

/** Curve of test errors by bytes. */
export interface BytesCurve extends BytesPlace {
  /** Color in every chart and table, as in CSS. */
  readonly color: string;
  /** From the smallest file to the largest. */
  readonly points: readonly BytesPoint[];
}

/** Published result to draw behind the runs. */
export interface PublishedPoint {
  readonly network: string;
  readonly name: string;
  readonly bytes: number;
  /** Test error in percent. */
  readonly percent: number;
}

/** Comparison of runs by the bytes of their files. */
export interface BytesComparison {
  /** Where a run stands: its curve. Labels must name its point on the curve. */
  readonly placeOf: (spec: RunSpec) => BytesPlace;
  /** Curves that the charts of other networks show, too. @default none */
  readonly everywhere?: readonly BytesPlace[];
  /** Bytes for the headline, by network: which curve has the lowest error in no more of them. */
  readonly headline: Readonly<Record<string, number>>;
  /** Published results; those of a network are joined in their order. */
  readonly published: readonly PublishedPoint[];
  /** Where the published results come from, for captions. */
  readonly source: string;
  /** Claims, judged by the runs. */
  readonly claims: (curves: readonly BytesCurve[]) => readonly Claim[];
}

/** Points of a curve; none if it was not run. */
export const pointsOnCurve = (curves: readonly BytesCurve[], network: string, curve: string): readonly BytesPoint[] =>
  curves.find((one) => one.network === network && one.curve === curve)?.points ?? [];

/** Points whose files all have no more than so many bytes. */
const within = (points: readonly BytesPoint[], bytes: number): readonly BytesPoint[] =>
  points.filter(({ most }) => most <= bytes);

/** Largest point of no more bytes, whatever its error: choosing by the error would choose by the test images. */
export const largestWithin = (points: readonly BytesPoint[], bytes: number): BytesPoint | undefined =>
  within(points, bytes).reduce<BytesPoint | undefined>((a, b) => (a && a.bytes >= b.bytes ? a : b), undefined);

/** Point with the lowest error of those of no more bytes: the strictest control, because it is chosen by the error. */
export const lowestWithin = (points: readonly BytesPoint[], bytes: number): BytesPoint | undefined =>
  within(points, bytes).reduce<BytesPoint | undefined>(
    (a, b) => (a && a.score.mean <= b.score.mean ? a : b),
    undefined,
  );
