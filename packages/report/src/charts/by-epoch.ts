import * as Plot from "@observablehq/plot";
import type { Room } from "./chart";
import { textColor } from "./colors";
import { draw, fewTicksIn, spreadOut, tickText } from "./draw";

/** Mean of a quantity over an epoch. */
export interface EpochPoint {
  /** Line that it belongs to. */
  readonly method: string;
  readonly epoch: number;
  readonly value: number;
  /** Standard deviation, drawn as a band around the line. @default no band */
  readonly sd?: number;
}

/** Quantity that changes by epoch. */
export interface EpochQuantity {
  /** Name, as it begins a sentence. */
  readonly name: string;
  readonly text: (value: number) => string;
  /** Label of the axis. */
  readonly label: string;
}

/** Training loss, the mean over an epoch's steps. */
export const trainingLoss: EpochQuantity = {
  name: "Training loss",
  text: (value) => `${Number(value.toPrecision(3))}`,
  label: "Training loss",
};

/**
 * Quantity by epoch on a logarithmic axis, a line per method. SVG.
 * @param values points of a method one after the other
 * @param colors by method
 */
export function drawByEpoch(
  { width, height, narrow }: Room,
  values: readonly EpochPoint[],
  quantity: EpochQuantity,
  colors: ReadonlyMap<string, string>,
): string {
  const points = values.map((point) => ({
    ...point,
    title: `${point.method}, epoch ${point.epoch}: ${quantity.text(point.value)}${point.sd === undefined ? "" : ` ± ${quantity.text(point.sd)}`}`,
  }));
  const epochs = Math.max(...points.map(({ epoch }) => epoch));
  const all = points.flatMap(({ value, sd = 0 }) => [value, value + sd, ...(value > sd ? [value - sd] : [])]);
  const domain = [Math.min(...all), Math.max(...all)] as const;
  const last = points.filter((point, i) => points[i + 1]?.method !== point.method);
  const named = narrow ? [] : last;
  // Names of lines that end close together are moved apart.
  const unit = Math.log(domain[1] / domain[0]) / (height - 70);
  const heights = spreadOut(
    named.map(({ value }) => Math.log(value)),
    14 * unit,
  );
  const every = [1, 2, 5, 10, 20, 50, 100].find((step) => epochs / step <= (narrow ? 6 : 12)) ?? 200;
  const ticks = Array.from({ length: epochs }, (_, i) => i + 1);
  return draw({
    name: `${quantity.name} by epoch. After ${epochs === 1 ? "1 epoch" : `${epochs} epochs`}: ${last.map(({ method, value }) => `${method} ${quantity.text(value)}`).join("; ")}.`,
    width,
    height,
    marginLeft: narrow ? 36 : 48,
    marginRight: narrow ? 12 : Math.max(60, 24 + 8 * Math.max(...last.map(({ method }) => method.length))),
    color: { domain: [...colors.keys()], range: [...colors.values()] },
    x: { label: "Epoch", ticks: ticks.filter((epoch) => epoch % every === 0), tickFormat: "d" },
    y: {
      label: quantity.label,
      type: "log",
      grid: true,
      ticks: fewTicksIn(domain, [1, 1.5, 2, 3, 4, 5, 6, 8]),
      tickFormat: tickText(1, ""),
    },
    marks: [
      ...bands(points, domain[0], colors),
      Plot.line(points, { x: "epoch", y: "value", z: "method", stroke: "method", strokeWidth: 2 }),
      Plot.dot(points, { x: "epoch", y: "value", fill: "method", title: "title", r: points.length > 150 ? 2 : 3 }),
      ...named.map((point, i) =>
        Plot.text([{ ...point, value: Math.exp(heights[i]!) }], {
          x: "epoch",
          y: "value",
          text: "method",
          fill: textColor(colors.get(point.method)!),
          dx: 8,
          textAnchor: "start",
          fontWeight: 600,
        }),
      ),
    ],
  });
}

/** Bands of a standard deviation around lines; on a logarithmic axis none goes below its lower end. */
const bands = (points: readonly EpochPoint[], low: number, colors: ReadonlyMap<string, string>): Plot.Markish[] =>
  [...colors].flatMap(([method, color]) => {
    const own = points.filter((point) => point.method === method && point.sd !== undefined);
    const of = ({ value, sd = 0 }: EpochPoint, sign: 1 | -1) => Math.max(low, value + sign * sd);
    return own.length === 0
      ? []
      : [
          Plot.areaY(own, {
            x: "epoch",
            y1: (point: EpochPoint) => of(point, -1),
            y2: (point: EpochPoint) => of(point, 1),
            fill: color,
            fillOpacity: 0.18,
          }),
        ];
  });
