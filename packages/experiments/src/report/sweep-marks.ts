import * as Plot from "@observablehq/plot";
import type { Aggregate } from "../aggregate";
import { gray } from "./colors";
import { fewTicksIn, tickText } from "./draw";
import type { PaperFigure } from "./figures";
import { errorText, logPercent, share } from "./format";
import type { MethodCurve, Sweep } from "./sweep";

/** What of the paper is drawn behind the runs. */
export type Behind = PaperFigure["paper"];

export interface Point {
  readonly proportion: number;
  /** In percent; NaN breaks a line. */
  readonly error: number;
}

/** What both figures of a sweep share: both axes are logarithmic. */
export interface Axes {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Digitised curves have more points than this, and are drawn as lines alone. */
const fewPoints = 5;

/** An error larger than this times the smallest one is beyond the axis. */
const reach = 5.5;

export function axesOf({ curves, dense }: Sweep, behind: Behind): Axes {
  const paper = [
    ...levelOf(behind),
    ...curves.flatMap(({ method }) => behind?.curveOf(method)?.map(([, error]) => error) ?? []),
  ];
  const levels = [...paper, ...dense.map((network) => fromTo(network).to)];
  const bars = [...curves.flatMap(({ points }) => points), ...dense].map(fromTo);
  const low = 0.95 * Math.min(...paper, ...bars.map(({ from }) => from));
  // What the runs are compared with is always in sight.
  const high = Math.max(...levels, Math.min(Math.max(...bars.map(({ to }) => to)), (reach / 1.05) * low));
  const shares = curves.flatMap(({ points }) => points.map(({ proportion }) => proportion));
  const ends = dense.length > 0 || behind ? [...shares, 1] : shares;
  return { x: [Math.min(...ends), Math.max(...ends)], y: [low, 1.05 * high] };
}

/** The paper's dense network, if it has one. */
export const levelOf = (behind: Behind): number[] => (behind?.nokernel === undefined ? [] : [behind.nokernel]);

/** The ends of a bar of ± 1 standard deviation, in percent; from the mean where it would reach zero. */
function fromTo({ testError: { mean, sd = 0 } }: Aggregate): { from: number; to: number } {
  return { from: logPercent(mean > sd ? mean - sd : mean), to: logPercent(mean + sd) };
}

export const errorAxis = ({ y }: Axes, steps: readonly number[]): Plot.ScaleOptions => ({
  label: "Test error, %",
  type: "log",
  domain: [...y],
  grid: true,
  ticks: fewTicksIn(y, steps),
  tickFormat: tickText(1, ""),
});

export const means = ({ points }: MethodCurve): Point[] =>
  points.map(({ proportion, testError }) => ({ proportion, error: logPercent(testError.mean) }));

/** A line cut off where it crosses the top of the axis, straight on logarithmic axes. */
export function cut(points: readonly Point[], top: number): Point[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1];
    const shown = point.error <= top ? point : { ...point, error: Number.NaN };
    if (!next || point.error <= top === next.error <= top) return [shown];
    const part = Math.log(top / point.error) / Math.log(next.error / point.error);
    return [shown, { proportion: point.proportion * (next.proportion / point.proportion) ** part, error: top }];
  });
}

export function curveMarks(curve: MethodCurve, { y: [, top] }: Axes, radius: number): Plot.Markish[] {
  const { color, method } = curve;
  const points = curve.points.map((point) => ({
    proportion: point.proportion,
    error: logPercent(point.testError.mean),
    from: fromTo(point).from,
    to: Math.min(top, fromTo(point).to),
    title: `${method}, ${share(point.proportion)}: ${errorText(point.testError)}% (n = ${point.seeds.length})`,
  }));
  const inside = points.filter(({ error }) => error <= top);
  const beyond = points.filter(({ error }) => error > top).map((point) => ({ ...point, error: top }));
  const at = { x: "proportion", y: "error", title: "title" } as const;
  return [
    Plot.line(cut(means(curve), top), {
      x: "proportion",
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

export function paperMarks({ method, color }: MethodCurve, behind: Behind): Plot.Markish[] {
  const curve = behind?.curveOf(method);
  if (!curve) return [];
  const at = {
    x: (point: (typeof curve)[number]) => point[0],
    y: (point: (typeof curve)[number]) => point[1],
  };
  return [
    Plot.line(curve, {
      ...at,
      stroke: color,
      strokeOpacity: 0.55,
      strokeWidth: 1.5,
      strokeDasharray: "5,4",
      ariaDescription: "paper",
    }),
    // Where there are few they are seen as points.
    Plot.dot(curve.length < fewPoints ? curve : [], {
      ...at,
      stroke: color,
      strokeOpacity: 0.55,
      r: 3,
      ariaDescription: "paper",
    }),
  ];
}

export function denseMarks({ dense }: Sweep, behind: Behind): Plot.Markish[] {
  const paper = levelOf(behind).map((level) => Plot.ruleY([level], { stroke: gray, strokeDasharray: "2,4" }));
  const bands = dense.map((network) =>
    Plot.rect(network.testError.sd ? [fromTo(network)] : [], {
      y1: "from",
      y2: "to",
      fill: network.color,
      fillOpacity: 0.22,
      ariaDescription: "dense, deviation",
    }),
  );
  const lines = dense.map(({ testError, color }) =>
    Plot.ruleY([logPercent(testError.mean)], { stroke: color, strokeWidth: 1.5, ariaDescription: "dense, mean" }),
  );
  return [...bands, ...paper, ...lines];
}
