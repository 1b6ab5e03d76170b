import * as Plot from "@observablehq/plot";
import { chart, colorOf, draw, type Room, roundShare } from "@weightcast/report";
import type { Spread } from "@weightcast/runs/record";
import { shareAxis } from "../../../share-axis";
import type { CurvePoint, LossCurve } from "../curves";
import type { Fig6Method } from "../settings";
import { spreadText } from "./table";

/** Looks of the methods: predicted weights in colors, the control in gray. */
export const looks: Readonly<
  Record<Fig6Method, { readonly name: string; readonly color: string; readonly dashes?: string }>
> = {
  SE: { name: "SE kernel, σ = 1", color: colorOf("blue") },
  RandFixU: { name: "random dictionary (RandFixU)", color: colorOf("vermilion") },
  RandCon: { name: "random inputs (RandCon)", color: colorOf("orange") },
  narrower: { name: "fewer features, learned whole", color: colorOf("gray"), dashes: "6,4" },
};

/** What a plot shows of the points. */
interface Shown {
  /** Text beside the axis. */
  readonly label: string;
  readonly of: (point: CurvePoint) => Spread;
  readonly digits: number;
}

/** Plots of the loss, and of the reconstruction alone, by the learned share: a line for each method, bars of ± 1 standard deviation, and the dense W across. */
export const lossByShare = (curves: readonly LossCurve[]): string =>
  chart("small", (room) => byShare(room, curves, { label: "Loss per patch", of: ({ loss }) => loss, digits: 3 }));

/** @see lossByShare */
export const reconstructionByShare = (curves: readonly LossCurve[]): string =>
  chart("small", (room) =>
    byShare(room, curves, { label: "‖W Wᵀx − x‖² / ‖x‖²", of: ({ reconstruction }) => reconstruction, digits: 4 }),
  );

function byShare({ width, height, narrow }: Room, curves: readonly LossCurve[], { label, of, digits }: Shown): string {
  const dense = of(curves.find(({ method }) => method === "dense")!.points[0]!);
  const drawn = curves.flatMap(({ method, points }) =>
    method === "dense"
      ? []
      : [
          {
            look: looks[method],
            points: points.map((point) => ({
              share: point.proportion,
              ...rangeOf(of(point)),
              text: spreadText(of(point), digits),
            })),
          },
        ],
  );
  const all = drawn.flatMap(({ points }) => points);
  const least = Math.min(...all.map(({ share }) => share));
  const ends = drawn.map(({ look, points }) => `${look.name} ${points.at(-1)!.text}`);
  const means = [dense.mean, ...all.map(({ mean }) => mean)];
  const room = (Math.max(...means) - Math.min(...means)) * 0.08;
  return draw({
    name: `${label} by the learned share of the weights. All weights learned: ${spreadText(dense, digits)}. At the largest shares: ${ends.join("; ")}.`,
    width,
    height,
    ...(narrow && { marginLeft: 36 }),
    marginRight: 16,
    marginTop: 24,
    x: shareAxis("Learned share of the weights", least, narrow),
    y: { label, domain: [Math.min(...means) - room, Math.max(...means) + room], grid: true },
    marks: [
      Plot.ruleY([dense.mean], { stroke: colorOf("gray"), strokeWidth: 1.5, ariaDescription: "all weights learned" }),
      ...drawn.flatMap(({ look: { color, dashes, name }, points }) => [
        Plot.line(points, {
          x: "share",
          y: "mean",
          stroke: color,
          strokeWidth: 2,
          ...(dashes !== undefined && { strokeDasharray: dashes }),
          ariaDescription: name,
        }),
        Plot.ruleX(
          points.filter(({ low, high }) => high > low),
          { x: "share", y1: "low", y2: "high", stroke: color, strokeOpacity: 0.6 },
        ),
        Plot.dot(points, {
          x: "share",
          y: "mean",
          title: ({ share, text }) => `${name}, ${roundShare(share)}: ${text}`,
          fill: dashes ? "transparent" : color,
          stroke: color,
          r: 2.5,
        }),
      ]),
    ],
  });
}

const rangeOf = ({ mean, sd = 0 }: Spread) => ({ mean, low: mean - sd, high: mean + sd });
