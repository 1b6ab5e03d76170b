import * as Plot from "@observablehq/plot";
import { groupBy, kindOfRuns, type RunRecord, scoreOf, spreadOf, summarize } from "@weightcast/runs";
import { curveOf, type PaperCurves } from "../claims/paper";
import { logPercent, roundShare, share } from "../page/format";
import { errorHeading, errorName } from "../text/error-name";
import { drawByEpoch, type EpochPoint, type EpochQuantity, trainingLoss } from "./by-epoch";
import { chart, type Room } from "./chart";
import { colorsOf, gray, textColor } from "./colors";
import { draw } from "./draw";
import { levelOf } from "./sweep-marks";

/** Quantity of a history, in percent or as a number. */
interface Quantity extends EpochQuantity {
  readonly of: (entry: RunRecord["result"]["history"][number]) => number;
}

const errorQuantity = (records: readonly RunRecord[]): Quantity => ({
  name: errorName(records),
  label: errorHeading(records),
  ...(kindOfRuns(records) === "error"
    ? { of: (entry) => logPercent(scoreOf(entry)), text: (value) => `${value.toFixed(2)}%` }
    : { of: scoreOf, text: (value) => `${Number(value.toPrecision(4))}` }),
});

/**
 * Error by epoch, a line per method: the mean over its runs. HTML.
 * @param size see {@link chart} @default "small"
 * @param colors by label @default those of the labels
 */
export const learningCurves = (
  records: readonly RunRecord[],
  size: "small" | "large" = "small",
  colors = colorsOf(records),
): string => byEpoch(records, errorQuantity(records), size, colors);

/** Training loss by epoch, the mean over an epoch's steps, a line per method: the mean over its runs. HTML. */
export const lossCurves = (records: readonly RunRecord[]): string =>
  byEpoch(records, { ...trainingLoss, of: ({ loss }) => loss }, "small", colorsOf(records));

type Colors = ReadonlyMap<string, string>;

function byEpoch(records: readonly RunRecord[], quantity: Quantity, size: "small" | "large", colors: Colors): string {
  const lines = [...colors].map(([name, color]) => ({ name, color }));
  const points = meansByEpoch(records, quantity);
  return chart(size, (room) => drawByEpoch(room, points, quantity, colors), lines.length > 1 ? lines : []);
}

/** Means over the runs of each method, epoch by epoch. */
const meansByEpoch = (records: readonly RunRecord[], quantity: Quantity): readonly EpochPoint[] =>
  [...groupBy(records, ({ spec }) => spec.label)].flatMap(([method, runs]) => {
    const history = runs.flatMap(({ result }) => result.history);
    return [...groupBy(history, ({ epoch }) => `${epoch}`).values()].map((same) => ({
      method,
      epoch: same[0]!.epoch,
      value: spreadOf(same.map(quantity.of)).mean,
    }));
  });

/** Test error by proportion of weights learned: the runs as dots, the paper's curves behind them. HTML. */
export function errorByProportion(records: readonly RunRecord[], paper: PaperCurves): string {
  const lines = [...colorsOf(records)].map(([name, color]) => ({ name, color }));
  return chart("small", (room) => errorByProportionIn(room, records, paper), lines);
}

function errorByProportionIn(
  { width, height, narrow }: Room,
  records: readonly RunRecord[],
  paper: PaperCurves,
): string {
  const colors = colorsOf(records);
  const ours = records.map(summarize).map(({ method, proportion, score: error }) => ({
    method,
    proportion,
    error: 100 * error,
    title: `${method}, ${share(proportion)}: ${(100 * error).toFixed(2)}%`,
  }));
  const byMethod = groupBy(ours, ({ method }) => method);
  const curves = [...byMethod.keys()].flatMap((method) =>
    (curveOf(paper, method) ?? []).map(([proportion, error]) => ({
      method,
      proportion,
      error,
      title: `${method}, the paper, ${roundShare(proportion)}: ${error.toFixed(2)}%`,
    })),
  );
  const names = [...byMethod.values()].map((runs) => ({ ...runs[0]!, error: spreadOf(runs.map((r) => r.error)).mean }));
  const at = { x: "proportion", y: "error" } as const;
  return draw({
    name: `${errorName(records)} by proportion learned. ${names.map(({ method, proportion, error }) => `${method} ${error.toFixed(2)}% with ${share(proportion)} learned`).join("; ")}.`,
    width,
    height,
    ...(narrow && { marginLeft: 30, marginRight: 12 }),
    color: { domain: [...colors.keys()], range: [...colors.values()] },
    x: {
      label: narrow ? "Learned" : "Proportion of the predicted layers' weights that is learned",
      type: "log",
      domain: [0.8 * Math.min(...[...ours, ...curves].map(({ proportion }) => proportion)), 1.1],
      ticks: [0.05, 0.1, 0.2, 0.5, 1],
      tickFormat: ".0%",
    },
    y: { label: `${errorName(records)}, %`, grid: true, zero: true },
    marks: [
      Plot.ruleY(levelOf(paper), {
        stroke: gray,
        strokeDasharray: "2,4",
        title: (error) => `The paper's dense network: ${error}%`,
      }),
      Plot.text(
        levelOf(paper).map((error) => ({ proportion: 1, error })),
        { ...at, text: () => "paper, nokernel", fill: textColor(gray), textAnchor: "end", dy: 8 },
      ),
      Plot.line(curves, { ...at, z: "method", stroke: "method", strokeWidth: 1.25, strokeDasharray: "4,3" }),
      Plot.dot(curves, { ...at, title: "title", r: 4, fill: "transparent", ariaDescription: "paper, values" }),
      Plot.dot(ours, { ...at, fill: "method", title: "title", r: 5, stroke: "var(--card)" }),
      ...(narrow ? [] : names).map((name) =>
        Plot.text([name], {
          ...at,
          text: "method",
          fill: textColor(colors.get(name.method)!),
          dx: 9,
          textAnchor: "start",
          fontWeight: 600,
        }),
      ),
    ],
  });
}
