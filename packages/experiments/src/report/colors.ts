import { predictedLayers } from "../predicted-layers";
import type { RunRecord } from "../record";

/** Of the dense network; and of further ones. */
export const gray = "#7a7a7a";
const grays = [gray, "#a6a6a6"];

/** A color a method, in any report: the first are Okabe and Ito's (2008), which stay apart for color-blind readers. */
const palette: Readonly<Record<string, string>> = {
  "SE-Emp": "#0072B2",
  RandFixU: "#D55E00",
  RandCon: "#009E73",
  "SE-AE": "#CC79A7",
  "DCT-Emp": "#E69F00",
  "SE-Emp2": "#56B4E9",
  "wavelet-Emp": "#7B4FB5",
  LowRank: "#8C6D1F",
  "Emp-Emp": "#B5304A",
  "SE-SE": "#6B8E23",
  SE: "#0072B2",
  DCT: "#E69F00",
};

/** Labels in the order they first appear, each with its color: a gray where no weight is predicted, what is left for other names. */
export function colorsOf(records: readonly RunRecord[]): Map<string, string> {
  const labels = new Map(records.map(({ spec }) => [spec.label, predictedLayers(spec).length === 0]));
  const rest = Object.entries(palette).flatMap(([method, color]) => (labels.has(method) ? [] : [color]));
  const left = rest.length > 0 ? rest : Object.values(palette);
  let used = 0;
  let dense = 0;
  const colorOf = (label: string, isDense: boolean): string =>
    isDense ? grays[dense++ % grays.length]! : (palette[label] ?? left[used++ % left.length]!);
  return new Map([...labels].map(([label, isDense]) => [label, colorOf(label, isDense)]));
}
