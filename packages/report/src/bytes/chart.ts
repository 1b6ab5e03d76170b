import * as Plot from "@observablehq/plot";
import { chart, type Room } from "../charts/chart";
import { textColor } from "../charts/colors";
import { draw, spreadOut, ticksIn, tickText } from "../charts/draw";
import { cut, errorAxis, fromTo, reach } from "../charts/sweep-marks";
import type { BytesComparison, BytesCurve, BytesPoint, PublishedPoint } from "../claims/bytes";
import { errorText, kilobytes, logPercent } from "../page/format";

/** Curve in a chart: one of the network's, or a dotted one of another network. */
interface Drawn {
  readonly name: string;
  readonly color: string;
  readonly isOther: boolean;
  readonly points: readonly BytesPoint[];
}

/** Color of curves of other networks. */
const ink = "currentColor";

/**
 * Errors of a network by bytes on disk: its curves, those that every chart shows, and the published results behind them. HTML.
 * @param error name of the errors: "Test error"
 */
export function bytesChart(
  network: string,
  all: readonly BytesCurve[],
  { everywhere = [], published }: BytesComparison,
  error: string,
): string {
  const drawn = all.flatMap((curve): Drawn[] => {
    const own = curve.network === network;
    if (!own && !everywhere.some((place) => place.network === curve.network && place.curve === curve.curve)) return [];
    const name = own ? curve.curve : `${curve.network}, ${curve.curve}`;
    return [{ name, color: own ? curve.color : ink, isOther: !own, points: curve.points }];
  });
  const theirs = published.filter((point) => point.network === network);
  return chart("large", (room) => bytesChartIn(room, drawn, theirs, error), drawn);
}

const kB = (bytes: number): number => bytes / 1000;

function bytesChartIn(
  { width, height, narrow }: Room,
  drawn: readonly Drawn[],
  published: readonly PublishedPoint[],
  error: string,
): string {
  const axes = axesOf(drawn, published);
  const top = axes.y[1];
  const room = { marginTop: 28, marginBottom: 44, marginLeft: narrow ? 30 : 48, marginRight: narrow ? 12 : 24 };
  const unit = Math.log(top / axes.y[0]) / (height - room.marginTop - room.marginBottom);
  const starts = narrow ? [] : drawn.map((curve) => ({ ...curve, ...placeOf(curve.points[0]!, top) }));
  const heights = spreadOut(
    starts.map((start) => Math.log(start.error)),
    15 * unit,
    Math.log(top),
  ).map(Math.exp);
  // Room for the longest name to the left of the smallest file.
  const widest = 7.6 * Math.max(0, ...starts.map(({ name }) => name.length));
  const left = ((narrow ? 10 : 24) + widest) / (width - room.marginLeft - room.marginRight);
  const span = (1.15 * axes.x[1]) / axes.x[0];
  return draw({
    name: nameOf(drawn, published, error),
    width,
    height,
    ...room,
    style: { fontSize: "13px", background: "none" },
    x: {
      label: narrow ? "Bytes on disk" : "Bytes of the model file",
      type: "log",
      domain: [axes.x[0] * span ** (left / (left - 1)), 1.15 * axes.x[1]],
      ticks: ticksIn(axes.x, narrow ? [1] : [1, 2, 5]),
      tickFormat: tickText(1, " kB"),
    },
    y: errorAxis(axes, error, [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8]),
    marks: [
      ...publishedMarks(published, narrow),
      ...drawn.flatMap((curve) => curveMarks(curve, top)),
      ...starts.map((start, i) =>
        Plot.text([{ ...start, error: heights[i]! }], {
          x: "x",
          y: "error",
          text: "name",
          fill: textColor(start.color),
          dx: -10,
          textAnchor: "end",
          stroke: "var(--card)",
          strokeWidth: 4,
          fontWeight: 600,
        }),
      ),
    ],
  });
}

/** Ranges of the axes: everything is in sight, except errors many times the lowest. */
function axesOf(drawn: readonly Drawn[], published: readonly PublishedPoint[]) {
  const points = drawn.flatMap((curve) => curve.points);
  const bytes = [...points, ...published].map((point) => kB(point.bytes));
  const theirs = published.map(({ percent }) => percent);
  const bars = points.map(fromTo);
  const low = 0.95 * Math.min(...theirs, ...bars.map(({ from }) => from));
  const high = Math.max(...theirs, Math.min(Math.max(...bars.map(({ to }) => to)), reach * low));
  return { x: [Math.min(...bytes), Math.max(...bytes)], y: [low, 1.05 * high] } as const;
}

const placeOf = ({ bytes, score }: BytesPoint, top: number) => ({
  x: kB(bytes),
  error: Math.min(top, logPercent(score.mean)),
});

/** Files that no smaller one has as low an error as; the others are dots beside the line. @param points from the smallest file on */
const frontier = <T extends { readonly error: number }>(points: readonly T[]): readonly T[] =>
  points.filter(({ error }, i) => points.slice(0, i).every((smaller) => smaller.error > error));

/** Marks of a curve: its means, deviations, and triangles for means beyond the axis. */
function curveMarks({ color, isOther, points }: Drawn, top: number): Plot.Markish[] {
  const all = points.map((point) => ({
    x: kB(point.bytes),
    error: logPercent(point.score.mean),
    ...fromTo(point),
    title: `${point.label}, ${kilobytes(point.bytes)}: ${errorText(point.score)}% (n = ${point.seeds.length})`,
  }));
  const inside = all.filter(({ error }) => error <= top);
  const beyond = all.filter(({ error }) => error > top).map((point) => ({ ...point, error: top }));
  const bars = inside.filter(({ from, to }) => to > from).map((bar) => ({ ...bar, to: Math.min(top, bar.to) }));
  const at = { x: "x", y: "error", title: "title", ariaDescription: "mean" } as const;
  return [
    Plot.line(cut(frontier(all), top), {
      ...{ x: "x", y: "error", stroke: color },
      ...(isOther ? { strokeWidth: 1.5, strokeDasharray: "2,4" } : { strokeWidth: 2 }),
    }),
    Plot.ruleX(bars, { x: "x", y1: "from", y2: "to", stroke: color, strokeWidth: 1.5, ariaDescription: "deviation" }),
    Plot.dot(inside, { ...at, fill: color, r: isOther ? 2.5 : 3.5 }),
    Plot.dot(beyond, { ...at, fill: color, symbol: "triangle", r: 4.5, ariaDescription: "beyond the axis" }),
  ];
}

/** Marks of published results, joined in their order. */
function publishedMarks(published: readonly PublishedPoint[], narrow: boolean): Plot.Markish[] {
  const points = published.map(({ name, bytes, percent }) => ({
    x: kB(bytes),
    error: percent,
    name,
    title: `${name}, published, ${kilobytes(bytes)}: ${percent.toFixed(2)}%`,
  }));
  const at = { x: "x", y: "error" } as const;
  return [
    Plot.line(points, { ...at, stroke: ink, strokeOpacity: 0.6, strokeWidth: 1.25, strokeDasharray: "4,3" }),
    Plot.dot(points, {
      ...{ ...at, title: "title", symbol: "diamond", r: 5, stroke: ink, fill: "var(--card)", strokeWidth: 1.5 },
      ariaDescription: "published",
    }),
    Plot.text(narrow ? [] : points, {
      ...{ ...at, text: "name", dy: 14, fill: ink, stroke: "var(--card)", strokeWidth: 4 },
      ariaDescription: "published",
    }),
  ];
}

/** Chart in a sentence: the largest and the smallest file of each curve, and the published results. */
function nameOf(drawn: readonly Drawn[], published: readonly PublishedPoint[], error: string): string {
  const text = ({ score, bytes }: BytesPoint) => `${errorText(score)}% in ${kilobytes(bytes)}`;
  const ranges = drawn.map(({ name, points }) => {
    const [small, large] = [points[0]!, points.at(-1)!];
    return `${name} ${text(large)}${small === large ? "" : ` to ${text(small)}`}`;
  });
  const theirs = published.map(({ name, bytes, percent }) => `${name} ${percent.toFixed(2)}% in ${kilobytes(bytes)}`);
  return `${error} by bytes on disk. ${[...ranges, ...theirs].join("; ")}.`;
}
