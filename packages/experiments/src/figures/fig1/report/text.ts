import { escapeHtml, roundShare } from "@weightcast/report";
import type { ErrorCurve, Fig1Result } from "../error-curves";
import { nameOfCurve } from "./names";

/** Share of the missing squared weights that a kernel must get right to count as predicting. */
const little = 0.1;

/**
 * Findings about a network in sentences, for curves of any shape: how much of the missing weights the first kernel and the
 * best one predict at the share shown, and below which share the first one stops predicting. HTML.
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
    `From ${roundShare(share)} of the pixels (${kept} of ${pixels}), ${name(first)} has an error of ${at(first).toFixed(2)}; predicting zero has ${at(zero).toFixed(2)}, the nearest pixel kept ${at(nearest).toFixed(2)}.`,
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

/** Share predicted of the squared weights that are not kept. */
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
    ? `It predicts something from ${roundShare(kept / pixels)} on, the least measured.`
    : `Below ${roundShare(kept / pixels)} it stops predicting: less than a tenth of the missing squared weights. There the nearest pixel kept is more than ${apart} pixels away, on average.`;
}

function worse({ points }: ErrorCurve, zero: ErrorCurve): string {
  const where = [...points.keys()].filter((i) => points[i]!.error.mean > zero.points[i]!.error.mean);
  const [first, last] = [where[0], where.at(-1)];
  if (first === undefined || last === undefined) return "";
  const shareAt = (i: number) => roundShare(points[i]!.share);
  const contiguous = where.length > 2 && last - first === where.length - 1;
  const shares = contiguous ? `From ${shareAt(first)} to ${shareAt(last)}` : `At ${where.map(shareAt).join(", ")}`;
  return `${shares} it is worse than predicting zero: it assumes that the filters are smooth, and they are not.`;
}
