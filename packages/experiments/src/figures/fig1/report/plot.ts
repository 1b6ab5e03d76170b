import * as Plot from "@observablehq/plot";
import { draw, ticksIn, tickText } from "@weightcast/report";
import type { ErrorCurve, FilterErrors } from "../error-curves";
import { looks } from "./names";

/** Largest error on the axis: above it, predicting is worse than predicting zero, and by how much does not matter. */
const highest = 1.25;

/** Error by the share of pixels kept: a line per predictor, and bars of ± 1 standard deviation. SVG. */
export function errorByShare({ pixels, baselines }: FilterErrors, curves: readonly ErrorCurve[]): string {
  const drawn = [...baselines, ...curves].map((curve) => ({
    look: looks[curve.predictor],
    points: pointsOf(curve, pixels),
  }));
  const least = Math.min(...drawn.flatMap(({ points }) => points.map(({ share }) => share)));
  return draw({
    width: 560,
    height: 360,
    marginRight: 16,
    marginTop: 24,
    x: {
      label: "Share of the pixels kept",
      type: "log",
      domain: [least * 0.93, 1.04],
      ticks: ticksIn([least * 0.93, 1], [1, 2, 5]),
      tickFormat: tickText(100, "%"),
    },
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
      ...(dashes
        ? []
        : [
            Plot.dot(
              points.filter(({ mean }) => mean <= highest),
              { x: "share", y: "mean", fill: color, r: 2.5 },
            ),
          ]),
    ]),
  });
}

/** Points of a curve, one per number of pixels: if a filter has few pixels, several shares keep the same number. */
function pointsOf({ points }: ErrorCurve, pixels: number) {
  const byKept = new Map(points.map((point) => [point.kept, point]));
  return [...byKept.values()].map(({ kept, error: { mean, sd = 0 } }) => ({
    share: kept / pixels,
    mean,
    low: Math.max(0, mean - sd),
    high: mean + sd,
  }));
}
