import type { ErrorCurve, Fig1Result } from "../fig1-measure";
import { nameOfCurve, percent } from "./fig1-names";
import { escapeHtml } from "./format";

/** A kernel predicts where it gets at least this much of the missing squared weights right. */
const little = 0.1;

/**
 * What a network's curves say, in sentences that hold whatever they look like: how much of what is missing is predicted at the
 * share shown, by the first kernel and by the best one, and where the first one stops predicting. HTML.
 */
export function findings({ errors }: Pick<Fig1Result, "errors">): string {
  const { share, given, best, baselines, pixels } = errors;
  const [first] = given;
  if (!first) return "";
  const zero = baselines.find(({ predictor }) => predictor === "zero")!;
  const nearest = baselines.find(({ predictor }) => predictor === "nearest")!;
  const at = (curve: ErrorCurve) => curve.points.find((point) => point.share === share)!.error.mean;
  const name = (curve: ErrorCurve) => `<b>${escapeHtml(nameOfCurve(curve))}</b>`;
  const winner = [...given, ...best].reduce((a, b) => (at(b) < at(a) ? b : a));
  const { kept } = first.points.find((point) => point.share === share)!;
  const sentences = [
    `From ${percent(share)} of the pixels (${kept} of ${pixels}), ${name(first)} has an error of ${at(first).toFixed(2)}; predicting zero has ${at(zero).toFixed(2)}, the nearest pixel kept ${at(nearest).toFixed(2)}.`,
    at(winner) >= at(zero)
      ? "No kernel here is better than predicting zero."
      : winner === first
        ? "No other kernel here is better."
        : `The best is ${name(winner)}: ${at(winner).toFixed(2)}.`,
    reach(first, zero, pixels),
    worse(first, zero),
  ];
  return `<p>${sentences.filter(Boolean).join(" ")}</p>`;
}

/** Of the squared weights that are not kept, the share predicted. */
const explained = (error: number, missing: number) => 1 - error / missing;

function reach(curve: ErrorCurve, zero: ErrorCurve, pixels: number): string {
  const shares = curve.points.flatMap(({ kept, error }, i) => {
    const missing = zero.points[i]!.error.mean;
    return missing > 0 ? [{ kept, got: explained(error.mean, missing) }] : [];
  });
  const least = shares.findIndex((_, i) => shares.slice(i).every(({ got }) => got >= little));
  if (least < 0)
    return "It predicts next to nothing, less than a tenth of the missing squared weights, even where most pixels are kept.";
  const { kept } = shares[least]!;
  const apart = (Math.sqrt(pixels / kept) / 2).toFixed(1);
  return least === 0
    ? `It predicts something from ${percent(kept / pixels)} on, the least measured.`
    : `Below ${percent(kept / pixels)} it stops predicting: less than a tenth of the missing squared weights. There the nearest pixel kept is more than ${apart} pixels away, on average.`;
}

function worse({ points }: ErrorCurve, zero: ErrorCurve): string {
  const where = [...points.keys()].filter((i) => points[i]!.error.mean > zero.points[i]!.error.mean);
  const [first, last] = [where[0], where.at(-1)];
  if (first === undefined || last === undefined) return "";
  const said = (i: number) => percent(points[i]!.share);
  const contiguous = where.length > 2 && last - first === where.length - 1;
  const shares = contiguous ? `From ${said(first)} to ${said(last)}` : `At ${where.map(said).join(", ")}`;
  return `${shares} it is worse than predicting zero: it takes for smooth what is not.`;
}
