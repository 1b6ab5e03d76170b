import type * as Plot from "@observablehq/plot";
import type { CompressedFile } from "@weightcast/runs";
import type { Room } from "../charts/chart";
import { ticksIn, tickText } from "../charts/draw";
import { errorAxis } from "../charts/sweep-marks";
import { count, logPercent } from "../page/format";

/** Numbers that a budget counts. */
export type Counted = "learned" | "stored";

/** What the budget counts: numbers of V, or those that a file holds. */
export const countedBy = ({ budget }: Pick<CompressedFile, "budget">): Counted =>
  "learned" in budget ? "learned" : "stored";

/** Error of a model's outputs: 3.4%, 0.0012%. */
export const outputError = (value: number): string =>
  value === 0 || value >= 1e-8 ? `${Number((100 * value).toPrecision(2))}%` : "less than 0.000001%";

/** Number in few letters: 300, 2.5k, 1M. */
const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : count(value);

/** Logarithmic axis of numbers. */
export function numbersAxis(label: string, domain: readonly [number, number], { narrow }: Room): Plot.ScaleOptions {
  const decades = Math.log10(domain[1] / domain[0]);
  return {
    label,
    type: "log",
    domain: [...domain],
    ticks: ticksIn(domain, decades > (narrow ? 1.5 : 3) ? [1] : [1, 2, 5]),
    tickFormat: short,
  };
}

/** Ends of an axis of errors in percent, with some room. @param errors shares */
export const reachOf = (errors: readonly number[]): readonly [number, number] => {
  const percents = errors.map(logPercent);
  return [Math.min(...percents) / 1.3, 1.2 * Math.max(...percents)];
};

/** Logarithmic axis of errors of the outputs; those below 0.01% are at its bottom. */
export const outputErrorAxis = (y: readonly [number, number]): Plot.ScaleOptions => ({
  ...errorAxis({ y }, "Error of the outputs", y[1] / y[0] > 100 ? [1] : [1, 2, 5]),
  tickFormat: tickText(1, ""),
});
