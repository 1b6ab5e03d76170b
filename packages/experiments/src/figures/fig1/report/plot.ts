import * as Plot from "@observablehq/plot";
import { chart, draw, type Room, roundShare } from "@weightcast/report";
import { shareAxis } from "../../../share-axis";
import type { ErrorCurve, FilterErrors } from "../error-curves";
import { looks, nameOfCurve } from "./names";

/** Largest error on the axis: above it, predicting is worse than predicting zero, and by how much does not matter. */
const highest = 1.25;

/** Error by the share of pixels kept: a line per predictor, and bars of ± 1 standard deviation. HTML. */
export const errorByShare = (errors: FilterErrors, curves: readonly ErrorCurve[]): string =>
  chart("small", (room) => errorByShareIn(room, errors, curves));

function errorByShareIn(
  { width, height, narrow }: Room,
  { pixels, baselines, share }: FilterErrors,
  curves: readonly ErrorCurve[],
): string {
  const all = [...baselines, ...curves];
  const drawn = all.map((curve) => ({
    look: looks[curve.predictor],
    points: pointsOf(curve, pixels),
  }));
  const there = all.map((curve) => {
    const { mean } = curve.points.find((point) => point.share === share)!.error;
    return `${nameOfCurve(curve)} ${mean.toFixed(2)}`;
  });
  const least = Math.min(...drawn.flatMap(({ points }) => points.map(({ share }) => share)));
  return draw({
    name: `Normalized mean squared error by the share of the pixels kept. At ${roundShare(share)}: ${there.join("; ")}.`,
    width,
    height,
    ...(narrow && { marginLeft: 32 }),
    marginRight: 16,
    marginTop: 24,
    x: shareAxis("Share of the pixels kept", least, narrow),
    y: {
      label: "Normalized mean squared error",
      domain: [0, highest],
      grid: true,
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2],
    },
    marks: drawn.flatMap(({ look: { color, dashes, name }, points }) => [
      Plot.line(points, {
        x: "share",
        y: "mean",
        stroke: color,
        strokeWidth: dashes ? 1.5 : 2,
        ...(dashes !== undefined && { strokeDasharray: dashes }),
        clip: true,
        ariaDescription: name,
      }),
      Plot.ruleX(
        points.filter(({ low, high }) => high > low && low < highest),
        { x: "share", y1: "low", y2: "high", stroke: color, strokeOpacity: 0.6, clip: true },
      ),
      Plot.dot(
        points.filter(({ mean }) => mean <= highest),
        { x: "share", y: "mean", title: "title", fill: dashes ? "transparent" : color, r: dashes ? 4 : 2.5 },
      ),
    ]),
  });
}

/** Points of a curve, one per number of pixels: if a filter has few pixels, several shares keep the same number. */
function pointsOf(curve: ErrorCurve, pixels: number) {
  const { points } = curve;
  const name = nameOfCurve(curve);
  const byKept = new Map(points.map((point) => [point.kept, point]));
  return [...byKept.values()].map(({ kept, error: { mean, sd = 0 } }) => ({
    share: kept / pixels,
    mean,
    title: `${name}, ${roundShare(kept / pixels)} (${kept}): ${mean.toFixed(3)}${sd > 0 ? ` ± ${sd.toFixed(3)}` : ""}`,
    low: Math.max(0, mean - sd),
    high: mean + sd,
  }));
}
