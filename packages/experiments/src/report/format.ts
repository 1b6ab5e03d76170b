import type { Spread } from "../aggregate";

/** Text as HTML, in elements and in attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** 123,456 */
export const count = (value: number): string => Math.round(value).toLocaleString("en");

/** A share as 4.5% */
export const share = (value: number): string => `${(100 * value).toFixed(1)}%`;

export const kilobytes = (bytes: number): string => `${count(bytes / 1000)} kB`;

/** A share in percent for a logarithmic axis: no less than 0.01, one of 10,000 images. */
export const logPercent = (value: number): number => Math.max(0.01, 100 * value);

/** Test errors in percent, without the sign: 1.85 ± 0.04, or 1.85 of one run. */
export const errorText = ({ mean, sd }: Spread): string =>
  `${(100 * mean).toFixed(2)}${sd === undefined ? "" : ` ± ${(100 * sd).toFixed(2)}`}`;

/** The same as HTML, the deviation smaller. */
export const errorHtml = (spread: Spread): string => errorText(spread).replace(/ (± .*)/, " <small>$1</small>");

/** A difference with its sign: +0.31, −0.08. */
export const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
};

/** "1 seed", "3 seeds" */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A dot in a method's color. */
export const chip = (color: string): string => `<i style="background:${color}"></i>`;
