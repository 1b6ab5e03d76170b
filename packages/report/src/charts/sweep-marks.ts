import * as Plot from "@observablehq/plot";
import type { Aggregate } from "@weightcast/runs";
import { curveOf, type PaperCurves } from "../claims/paper";
import type { MethodCurve, Sweep } from "../claims/sweep";
import { errorText, logPercent, roundShare, share } from "../page/format";
import { gray } from "./colors";
import { fewTicksIn, tickText } from "./draw";

/** Point of a line on logarithmic axes. */
interface Point {
  readonly x: number;
  /** In percent; NaN breaks a line. */
  readonly error: number;
}

/** Ranges of the axes of a sweep's charts; both are logarithmic. */
export interface Axes {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Curves of fewer points are drawn as points too, not only as lines. */
const fewPoints = 5;

/** Largest error on the axis, as a multiple of the smallest. */
export const reach = 5.5;

/** Axes of a sweep's charts: the dense networks and the paper's curves are always in sight. */
export function axesOf({ curves, dense }: Sweep, paper: PaperCurves | undefined): Axes {
  const digitized = [
    ...levelOf(paper),
    ...curves.flatMap(({ method }) => curveOf(paper, method)?.map(([, error]) => error) ?? []),
  ];
  const levels = [...digitized, ...dense.map((network) => fromTo(network).to)];
  const bars = [...curves.flatMap(({ points }) => points), ...dense].map(fromTo);
  const low = 0.95 * Math.min(...digitized, ...bars.map(({ from }) => from));
  const high = Math.max(...levels, Math.min(Math.max(...bars.map(({ to }) => to)), (reach / 1.05) * low));
  const shares = curves.flatMap(({ points }) => points.map(({ proportion }) => proportion));
  const ends = dense.length > 0 || paper ? [...shares, 1] : shares;
  return { x: [Math.min(...ends), Math.max(...ends)], y: [low, 1.05 * high] };
}

/** Test error of the paper's dense network, if its figure has one. */
export const levelOf = (paper: PaperCurves | undefined): number[] =>
  paper?.nokernel === undefined ? [] : [paper.nokernel];

/** Ends of a bar of ± 1 standard deviation, in percent; it begins at the mean if it would reach zero. */
export function fromTo({ score: { mean, sd = 0 } }: Pick<Aggregate, "score">): { from: number; to: number } {
  return { from: logPercent(mean > sd ? mean - sd : mean), to: logPercent(mean + sd) };
}

/** Axis of errors. @param name of them: "Test error" @param steps round numbers from 1 to 10 */
export const errorAxis = ({ y }: Pick<Axes, "y">, name: string, steps: readonly number[]): Plot.ScaleOptions => ({
  label: `${name}, %`,
  type: "log",
  domain: [...y],
  grid: true,
  ticks: fewTicksIn(y, steps),
  tickFormat: tickText(1, ""),
});

/** Means of a method, in percent. */
export const means = ({ points }: MethodCurve): Point[] =>
  points.map(({ proportion, score }) => ({ x: proportion, error: logPercent(score.mean) }));

/** Line cut off where it crosses the top of the axis; segments are straight on logarithmic axes. */
export function cut(points: readonly Point[], top: number): Point[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1];
    const shown = point.error <= top ? point : { ...point, error: Number.NaN };
    if (!next || point.error <= top === next.error <= top) return [shown];
    const part = Math.log(top / point.error) / Math.log(next.error / point.error);
    return [shown, { x: point.x * (next.x / point.x) ** part, error: top }];
  });
}

/** Marks of a method: its means, deviations, and triangles for means beyond the axis. */
export function curveMarks(curve: MethodCurve, { y: [, top] }: Axes, radius: number): Plot.Markish[] {
  const { color, method } = curve;
  const points = curve.points.map((point) => ({
    proportion: point.proportion,
    error: logPercent(point.score.mean),
    from: fromTo(point).from,
    to: Math.min(top, fromTo(point).to),
    title: `${method}, ${share(point.proportion)}: ${errorText(point.score)}% (n = ${point.seeds.length})`,
  }));
  const inside = points.filter(({ error }) => error <= top);
  const beyond = points.filter(({ error }) => error > top).map((point) => ({ ...point, error: top }));
  const at = { x: "proportion", y: "error", title: "title" } as const;
  return [
    Plot.line(cut(means(curve), top), {
      x: "x",
      y: "error",
      stroke: color,
      strokeWidth: 2,
      ariaDescription: "mean",
    }),
    Plot.ruleX(
      inside.filter(({ from, to }) => to > from),
      { x: "proportion", y1: "from", y2: "to", stroke: color, strokeWidth: 1.5, ariaDescription: "deviation" },
    ),
    Plot.dot(inside, { ...at, fill: color, r: radius, ariaDescription: "mean" }),
    Plot.dot(beyond, { ...at, fill: color, symbol: "triangle", r: radius + 1, ariaDescription: "beyond the axis" }),
  ];
}

/** Marks of the paper's curve of a method; none if it has no such curve. */
export function paperMarks({ method, color }: MethodCurve, paper: PaperCurves | undefined): Plot.Markish[] {
  const curve = curveOf(paper, method);
  if (!curve) return [];
  const at = {
    x: (point: (typeof curve)[number]) => point[0],
    y: (point: (typeof curve)[number]) => point[1],
  };
  // The points of a long curve are not seen, but have their values when pointed at.
  const seen = curve.length < fewPoints;
  return [
    Plot.line(curve, { ...at, stroke: color, strokeWidth: 1.25, strokeDasharray: "4,3", ariaDescription: "paper" }),
    Plot.dot(curve, {
      ...at,
      title: ([proportion, error]) => `${method}, the paper, ${roundShare(proportion)}: ${error.toFixed(2)}%`,
      r: 3,
      ...(seen ? { stroke: color } : { fill: "transparent" }),
      ariaDescription: seen ? "paper" : "paper, values",
    }),
  ];
}

/** Marks of the dense networks: means, deviations, and the paper's. */
export function denseMarks({ dense }: Sweep, paper: PaperCurves | undefined): Plot.Markish[] {
  const levels = levelOf(paper).map((level) =>
    Plot.ruleY([level], {
      stroke: gray,
      strokeDasharray: "2,4",
      title: (error) => `The paper's dense network: ${error}%`,
    }),
  );
  const bands = dense.map((network) =>
    Plot.rect(network.score.sd ? [fromTo(network)] : [], {
      y1: "from",
      y2: "to",
      fill: network.color,
      fillOpacity: 0.22,
      ariaDescription: "dense, deviation",
    }),
  );
  const lines = dense.map(({ method, score, seeds, color }) =>
    Plot.ruleY([logPercent(score.mean)], {
      stroke: color,
      strokeWidth: 1.5,
      title: () => `${method}: ${errorText(score)}% (n = ${seeds.length})`,
      ariaDescription: "dense, mean",
    }),
  );
  return [...bands, ...levels, ...lines];
}
