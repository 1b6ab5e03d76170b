import * as Plot from "@observablehq/plot";
import { groupBy, type RunRecord, spreadOf, summarize } from "@weightcast/runs";
import { curveOf, type PaperCurves } from "../claims/paper";
import { logPercent } from "../page/format";
import { colorsOf, gray } from "./colors";
import { draw, fewTicksIn, spreadOut, tickText } from "./draw";
import { levelOf } from "./sweep-marks";

/** Test error by epoch, a line per method: the mean over its runs. SVG. */
export function learningCurves(
  records: readonly RunRecord[],
  { width, height }: { readonly width: number; readonly height: number } = { width: 560, height: 340 },
): string {
  const points = [...groupBy(records, ({ spec }) => spec.label)].flatMap(([method, runs]) => {
    const history = runs.flatMap(({ result }) => result.history);
    return [...groupBy(history, ({ epoch }) => `${epoch}`).values()].map((same) => ({
      method,
      epoch: same[0]!.epoch,
      error: logPercent(spreadOf(same.map(({ testError }) => testError)).mean),
    }));
  });
  const epochs = Math.max(...points.map(({ epoch }) => epoch));
  const errors = points.map(({ error }) => error);
  const domain = [Math.min(...errors), Math.max(...errors)] as const;
  const last = points.filter((point, i) => points[i + 1]?.method !== point.method);
  // Names of lines that end close together are moved apart.
  const unit = Math.log(domain[1] / domain[0]) / (height - 70);
  const heights = spreadOut(
    last.map(({ error }) => Math.log(error)),
    14 * unit,
  );
  return draw({
    width,
    height,
    marginRight: Math.max(100, 24 + 8 * Math.max(...last.map(({ method }) => method.length))),
    color: colorScale(records),
    x: {
      label: "Epoch",
      ticks: Array.from({ length: epochs }, (_, i) => i + 1).filter((e) => epochs <= 12 || e % 5 === 0),
      tickFormat: "d",
    },
    y: {
      label: "Test error, %",
      type: "log",
      grid: true,
      ticks: fewTicksIn(domain, [1, 1.5, 2, 3, 4, 5, 6, 8]),
      tickFormat: tickText(1, ""),
    },
    marks: [
      Plot.line(points, { x: "epoch", y: "error", z: "method", stroke: "method", strokeWidth: 2 }),
      Plot.dot(points, { x: "epoch", y: "error", fill: "method", r: points.length > 150 ? 2 : 3 }),
      Plot.text(
        last.map((point, i) => ({ ...point, error: Math.exp(heights[i]!) })),
        { x: "epoch", y: "error", text: "method", fill: "method", dx: 8, textAnchor: "start", fontWeight: 600 },
      ),
    ],
  });
}

/** Test error by proportion of weights learned: the runs as dots, the paper's curves behind them. SVG. */
export function errorByProportion(records: readonly RunRecord[], paper: PaperCurves): string {
  const ours = records.map(summarize).map(({ method, proportion, testError }) => ({
    method,
    proportion,
    error: 100 * testError,
  }));
  const byMethod = groupBy(ours, ({ method }) => method);
  const curves = [...byMethod.keys()].flatMap((method) =>
    (curveOf(paper, method) ?? []).map(([proportion, error]) => ({ method, proportion, error })),
  );
  const names = [...byMethod.values()].map((runs) => ({ ...runs[0]!, error: spreadOf(runs.map((r) => r.error)).mean }));
  return draw({
    color: colorScale(records),
    x: {
      label: "Proportion of the predicted layers' weights that is learned",
      type: "log",
      domain: [0.8 * Math.min(...[...ours, ...curves].map(({ proportion }) => proportion)), 1.1],
      ticks: [0.05, 0.1, 0.2, 0.5, 1],
      tickFormat: ".0%",
    },
    y: { label: "Test error, %", grid: true, zero: true },
    marks: [
      Plot.ruleY(levelOf(paper), { stroke: gray, strokeDasharray: "2,4" }),
      Plot.text(
        levelOf(paper).map((error) => ({ proportion: 1, error })),
        {
          x: "proportion",
          y: "error",
          text: () => "paper, nokernel",
          fill: gray,
          textAnchor: "end",
          dy: 8,
        },
      ),
      Plot.line(curves, {
        x: "proportion",
        y: "error",
        z: "method",
        stroke: "method",
        strokeOpacity: 0.45,
        strokeDasharray: "5,4",
      }),
      Plot.dot(ours, { x: "proportion", y: "error", fill: "method", r: 5, stroke: "white" }),
      Plot.text(names, {
        x: "proportion",
        y: "error",
        text: "method",
        fill: "method",
        dx: 9,
        textAnchor: "start",
        fontWeight: 600,
      }),
    ],
  });
}

function colorScale(records: readonly RunRecord[]): Plot.ScaleOptions {
  const colors = colorsOf(records);
  return { domain: [...colors.keys()], range: [...colors.values()] };
}
