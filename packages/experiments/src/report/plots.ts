import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { paperFig4 } from "../paper-fig4";
import type { RunRecord } from "../record";
import { summarize } from "../summary";

/** Colors that stay apart for color-blind readers (Okabe and Ito 2008), by method; others take what is left. */
const palette = ["#666666", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

/** Labels in the order they first appear, each with its color. */
export const colorsOf = (records: readonly RunRecord[]): Map<string, string> =>
  new Map([...new Set(records.map(({ spec }) => spec.label))].map((label, i) => [label, palette[i % palette.length]!]));

/** Test error by epoch, a line a method. SVG. */
export function learningCurves(records: readonly RunRecord[]): string {
  const points = records.flatMap(({ spec, result }) =>
    result.history.map(({ epoch, testError }) => ({ method: spec.label, epoch, error: 100 * testError })),
  );
  const epochs = Math.max(...points.map(({ epoch }) => epoch));
  const last = points.filter((point, i) => points[i + 1]?.method !== point.method);
  return draw(records, {
    x: {
      label: "Epoch",
      ticks: Array.from({ length: epochs }, (_, i) => i + 1).filter((e) => epochs <= 12 || e % 5 === 0),
      tickFormat: "d",
    },
    y: { label: "Test error, %", type: "log", grid: true, ticks: 6, tickFormat: "~g" },
    marks: [
      Plot.line(points, { x: "epoch", y: "error", z: "method", stroke: "method", strokeWidth: 2 }),
      Plot.dot(points, { x: "epoch", y: "error", fill: "method", r: 3 }),
      Plot.text(last, {
        x: "epoch",
        y: "error",
        text: "method",
        fill: "method",
        dx: 8,
        textAnchor: "start",
        fontWeight: 600,
      }),
    ],
  });
}

/** Test error by proportion of weights learned: these runs as dots, the paper's curves behind them. SVG. */
export function errorByProportion(records: readonly RunRecord[]): string {
  const paper = Object.entries(paperFig4.curves).flatMap(([method, curve]) =>
    curve.map(([proportion, error]) => ({ method, proportion, error })),
  );
  const ours = records.map(summarize).map(({ method, proportion, testError }) => ({
    method,
    proportion,
    error: 100 * testError,
  }));
  const drawn = paper.filter(({ method }) => ours.some((run) => run.method === method));
  return draw(records, {
    x: {
      label: "Proportion of the predicted layers' weights that is learned",
      type: "log",
      domain: [0.04, 1.1],
      ticks: [0.05, 0.1, 0.2, 0.5, 1],
      tickFormat: ".0%",
    },
    y: { label: "Test error, %", grid: true, zero: true },
    marks: [
      Plot.ruleY([paperFig4.nokernel], { stroke: "#666666", strokeDasharray: "2,4" }),
      Plot.text([{ proportion: 1, error: paperFig4.nokernel }], {
        x: "proportion",
        y: "error",
        text: () => "paper, nokernel",
        fill: "#666666",
        textAnchor: "end",
        dy: 8,
      }),
      Plot.line(drawn, {
        x: "proportion",
        y: "error",
        z: "method",
        stroke: "method",
        strokeOpacity: 0.45,
        strokeDasharray: "5,4",
      }),
      Plot.dot(ours, { x: "proportion", y: "error", fill: "method", r: 5, stroke: "white" }),
      Plot.text(ours, {
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

function draw(records: readonly RunRecord[], options: Plot.PlotOptions): string {
  const colors = colorsOf(records);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    width: 560,
    height: 340,
    marginRight: 80,
    marginLeft: 48,
    marginBottom: 42,
    style: { fontSize: "12px", background: "none" },
    color: { domain: [...colors.keys()], range: [...colors.values()] },
    document: document as never,
    ...options,
  });
  return svg.outerHTML;
}
