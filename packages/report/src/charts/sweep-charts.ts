import * as Plot from "@observablehq/plot";
import { curveOf, type PaperCurves } from "../claims/paper";
import type { MethodCurve, Sweep } from "../claims/sweep";
import { errorText, logPercent, share } from "../page/format";
import { capital } from "../text/error-name";
import { chart, type Room } from "./chart";
import { gray, textColor } from "./colors";
import { draw, spreadOut, ticksIn, tickText } from "./draw";
import { axesOf, curveMarks, cut, denseMarks, errorAxis, levelOf, means, paperMarks } from "./sweep-marks";

/** Methods of the overview: those that the paper has, or all if the paper has none of them. */
export function shownTogether({ curves }: Sweep, paper: PaperCurves | undefined): readonly MethodCurve[] {
  const known = curves.filter(({ method }) => curveOf(paper, method) !== undefined);
  return known.length > 0 ? known : curves;
}

/** Approximate width of a letter in the overview's names, in pixels. */
const letter = 7.6;

/** Several methods in one chart: means, deviations, the paper's curves. HTML. */
export function overview(sweep: Sweep, paper: PaperCurves | undefined): string {
  const curves = shownTogether(sweep, paper);
  const lines = [...curves, ...sweep.dense].map(({ method, color }) => ({ name: method, color }));
  return chart("large", (room) => overviewIn(room, sweep, paper), lines);
}

function overviewIn({ width, height, narrow }: Room, sweep: Sweep, paper: PaperCurves | undefined): string {
  const axes = axesOf(sweep, paper);
  const curves = shownTogether(sweep, paper);
  const marginLeft = narrow ? 30 : 48;
  const room = { marginTop: 28, marginBottom: 44 };
  const unit = Math.log(axes.y[1] / axes.y[0]) / (height - room.marginTop - room.marginBottom);
  const apart = (values: readonly number[]) =>
    spreadOut(
      values.map((value) => Math.log(value)),
      15 * unit,
      Math.log(axes.y[1]),
    ).map(Math.exp);

  const starts = narrow
    ? []
    : curves.map((curve) => {
        const { x, error } = means(curve)[0]!;
        return { proportion: x, error: Math.min(error, axes.y[1]), name: curve.method, color: curve.color };
      });
  const heights = apart(starts.map(({ error }) => error));
  const levels = narrow
    ? []
    : [
        ...sweep.dense.map(({ method, score }) => ({
          error: logPercent(score.mean),
          name: `${method}${levelOf(paper).length > 0 ? ", ours" : ""}`,
        })),
        ...levelOf(paper).map((error) => ({ error, name: "nokernel, paper" })),
      ];
  const levelHeights = apart(levels.map(({ error }) => error));
  const widest = (all: readonly { name: string }[]) => letter * Math.max(0, ...all.map(({ name }) => name.length));
  const marginRight = 14 + widest(levels);
  const span = (1.04 * axes.x[1]) / axes.x[0];
  const left = ((narrow ? 10 : 24) + widest(starts)) / (width - marginLeft - marginRight);
  const halo = { stroke: "var(--card)", strokeWidth: 4, fontWeight: 600 } as const;
  const steps = axes.x[1] / axes.x[0] < 10 ? [1, 2, 2.5, 3, 4, 5, 6, 7.5] : narrow ? [1, 3] : [1, 2, 3, 5];
  return draw({
    name: overviewName(curves, sweep),
    width,
    height,
    ...room,
    marginLeft,
    marginRight,
    style: { fontSize: "13px", background: "none" },
    x: {
      label: narrow ? "Learned" : "Proportion of the predicted layers' weights that is learned",
      type: "log",
      domain: [axes.x[0] * span ** (left / (left - 1)), axes.x[1] * 1.04],
      ticks: ticksIn(axes.x, narrow && axes.x[1] / axes.x[0] < 10 ? [1, 2.5, 5] : steps),
      tickFormat: tickText(100, "%"),
    },
    y: errorAxis(axes, capital(sweep.error), [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8]),
    marks: [
      ...denseMarks(sweep, paper),
      ...curves.flatMap((curve) => paperMarks(curve, paper)),
      ...curves.flatMap((curve) => curveMarks(curve, axes, 3.5)),
      ...starts.map((start, i) =>
        Plot.text([{ ...start, error: heights[i]! }], {
          x: "proportion",
          y: "error",
          text: "name",
          fill: textColor(start.color),
          dx: -10,
          textAnchor: "end",
          ...halo,
        }),
      ),
      Plot.text(
        levels.map((level, i) => ({ ...level, error: levelHeights[i]! })),
        { y: "error", text: "name", frameAnchor: "right", textAnchor: "start", dx: 6, fill: textColor(gray), ...halo },
      ),
    ],
  });
}

/** Overview in a sentence: the range of each method, and the dense networks. */
function overviewName(curves: readonly MethodCurve[], { dense, error }: Sweep): string {
  const point = ({ proportion, score }: MethodCurve["points"][number]) =>
    `${errorText(score)}% with ${share(proportion)} learned`;
  const ranges = curves.map(({ method, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    return `${method} ${point(first)}${last === first ? "" : ` to ${point(last)}`}`;
  });
  const levels = dense.map(({ method, score }) => `${method} ${errorText(score)}%`);
  return `${capital(error)} by proportion learned. ${[...ranges, ...levels].join("; ")}.`;
}

/** One small plot per method, on the same axes, with all other methods in faint gray behind it. SVG. */
export function panels(
  sweep: Sweep,
  paper: PaperCurves | undefined,
): { readonly curve: MethodCurve; readonly svg: string }[] {
  const axes = axesOf(sweep, paper);
  return sweep.curves.map((curve) => ({
    curve,
    svg: draw({
      name: overviewName([curve], sweep),
      width: 270,
      height: 190,
      marginTop: 12,
      marginRight: 12,
      marginLeft: 26,
      marginBottom: 26,
      style: { fontSize: "11px", background: "none" },
      x: {
        label: null,
        type: "log",
        domain: [axes.x[0] * 0.92, axes.x[1] * 1.08],
        ticks: ticksIn(axes.x, [1, 3, 5]),
        tickFormat: tickText(100, "%"),
      },
      y: { ...errorAxis(axes, capital(sweep.error), [1, 1.5, 2, 3, 4, 6, 8]), label: null },
      marks: [
        ...sweep.curves.flatMap((other) =>
          other === curve
            ? []
            : Plot.line(cut(means(other), axes.y[1]), {
                x: "x",
                y: "error",
                stroke: "currentColor",
                strokeOpacity: 0.25,
                strokeWidth: 1,
                title: () => other.method,
                ariaDescription: "other method",
              }),
        ),
        ...denseMarks(sweep, paper),
        ...paperMarks(curve, paper),
        ...curveMarks(curve, axes, 2.5),
      ],
    }),
  }));
}
