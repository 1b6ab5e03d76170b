import type { ErrorKind, LayerCosts, Spread } from "@weightcast/runs";
import { printable } from "@weightcast/types";

/** Text as HTML, in elements and in attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Number with commas: 123,456. */
export const count = (value: number): string => Math.round(value).toLocaleString("en");

/** Share as a percentage: 4.5%. */
export const share = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** Share rounded to two digits: 25% or 1.6%. */
export const roundShare = (value: number): string => `${Number((100 * value).toPrecision(2))}%`;

/** Setting in at most five digits: 0.1, or 0.000033333. */
export const setting = (value: number): string => `${Number(value.toPrecision(5))}`;

/** Bytes in kilobytes: 154 kB, or 19.8 kB of files that are small. */
export const kilobytes = (bytes: number): string =>
  `${bytes < 99_950 ? (bytes / 1000).toFixed(1) : count(bytes / 1000)} kB`;

/** Bytes as 11,018 bytes, 656.2 kB or 1.7 MB. */
export const sizeText = (bytes: number): string =>
  bytes < 20_000
    ? `${count(bytes)} bytes`
    : bytes < 1e6
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

/** Text from a file as HTML: without control characters, escaped. */
export const foreignText = (value: string): string => escapeHtml(printable(value));

/** Share in percent for a logarithmic axis: at least 0.01, one of 10,000 images. */
export const logPercent = (value: number): number => Math.max(0.01, 100 * value);

/** Test error in percent, without the sign: 1.85 ± 0.04, or 1.85 for a single run; of a regression, the number: 1.234 ± 0.021. */
export function errorText({ mean, sd }: Spread, kind: ErrorKind = "error"): string {
  // As many decimals as the mean has for four digits.
  const decimals = kind === "error" ? 2 : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(mean) || 1)));
  const text = (value: number) => (kind === "error" ? 100 * value : value).toFixed(Math.min(100, decimals));
  return `${text(mean)}${sd === undefined ? "" : ` ± ${text(sd)}`}`;
}

/** Test error as {@link errorText}, the deviation in smaller letters. HTML. */
export const errorHtml = (spread: Spread, kind: ErrorKind = "error"): string =>
  errorText(spread, kind).replace(/ (± .*)/, " <small>$1</small>");

/** Sign after an error: of a share %, of a regression's number none. */
export const errorSign = (kind: ErrorKind): string => (kind === "error" ? "%" : "");

/** Difference with its sign: +0.31, −0.08. */
export const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
};

/** Number of things: "1 seed", "3 seeds". */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** Dot in a method's color. HTML. */
export const chip = (color: string): string => `<i style="background:${color}"></i>`;

/** Weights that one output of a layer has: "8×8×3", or "28×28" if no channels share its grid. */
export const windowText = ({ kernel, channels }: Pick<LayerCosts, "kernel" | "channels">): string =>
  [...kernel, ...(channels > 1 ? [channels] : [])].join("×");
