import { counted, kilobytes, signed } from "../page/format";
import { meanText } from "./against-dense";
import { type BytesPoint, largestWithin, lowestWithin } from "./bytes";
import { type Claim, differenceOf, notMeasured, seedsText, verdictOf, weakest } from "./claim";

/** Curve of a claim: its name, as "LeNet-5, dense,", and its points. */
type Named = readonly [name: string, points: readonly BytesPoint[]];

/** Size as in claims: 20 kB, 1.5 kB. */
const size = (bytes: number): string => `${Number((bytes / 1000).toPrecision(3))} kB`;

const pointText = (point: BytesPoint): string => `${point.label} ${meanText(point)} in ${kilobytes(point.most)}`;

/** Claim about files of a curve none of which is small enough. */
function tooLarge(claim: string, [who, points]: Named): Claim {
  if (points.length === 0) return notMeasured(claim, "us");
  const least = points.reduce((a, b) => (b.most < a.most ? b : a));
  const evidence = `No file of ${who.replace(/,$/, "")} is so small: ${pointText(least)} is the smallest.`;
  return { ...notMeasured(claim, "us"), evidence };
}

/** Options of {@link noHigherInBytes}. */
interface InBytesOptions {
  readonly bytes: number;
  /** Test error in percent. */
  readonly percent: number;
  /** Whose error that is: "Deep Compression's". @default nobody's: it is a goal */
  readonly than?: string;
}

/** Claim, ours, that a curve's largest file of no more than so many bytes has an error no higher than a number. */
export function noHigherInBytes([who, points]: Named, { bytes, percent, than }: InBytesOptions): Claim {
  const claim = `${who} in ${size(bytes)} or less has an error of ${percent}% or less${than ? `, ${than}` : ""}`;
  const point = largestWithin(points, bytes);
  if (!point) return tooLarge(claim, [who, points]);
  const difference = differenceOf(point, percent);
  const evidence = `${pointText(point)}: ${signed(difference.points)} points. ${seedsText(difference)}`;
  return { claim, by: "us", verdict: verdictOf(difference), evidence };
}

/**
 * Claim, ours, that a curve's largest file of no more than so many bytes has a lower error than every file of another curve of no
 * more bytes. Nothing is interpolated.
 */
export function lowerInBytes(
  [who, points]: Named,
  [other, others]: Named,
  { bytes }: Pick<InBytesOptions, "bytes">,
): Claim {
  const claim = `${who} in ${size(bytes)} or less has a lower error than ${other}, in no more`;
  const [point, control] = [largestWithin(points, bytes), lowestWithin(others, bytes)];
  if (!point) return tooLarge(claim, [who, points]);
  if (!control) return tooLarge(claim, [other, others]);
  const difference = differenceOf(point, control);
  const evidence = `${pointText(point)}; ${pointText(control)}: ${signed(difference.points)} points. ${seedsText(difference)}`;
  return { claim, by: "us", verdict: verdictOf(difference, 0, true), evidence };
}

/** Claim, ours, that for every file of some curves, one of another curve has no more bytes and a lower error. */
export function lowerAtAllBytes(claim: string, points: readonly BytesPoint[], others: readonly BytesPoint[]): Claim {
  const pairs = others.flatMap((other) => {
    const point = lowestWithin(points, other.most);
    return point ? [{ point, other, difference: differenceOf(point, other) }] : [];
  });
  const [first, ...rest] = pairs;
  if (!first) return notMeasured(claim, "us");
  const verdicts = pairs.map(({ difference }) => verdictOf(difference, 0, true));
  const worst = rest.reduce((a, b) => (b.difference.points > a.difference.points ? b : a), first);
  const good = verdicts.filter((verdict) => verdict === "holds").length;
  const closest = `${pointText(worst.point)}; ${pointText(worst.other)}: ${signed(worst.difference.points)} points`;
  return {
    claim,
    by: "us",
    verdict: weakest(verdicts),
    evidence: `${good} of ${counted(pairs.length, "file")}. The closest: ${closest}. ${seedsText(worst.difference)}`,
  };
}
