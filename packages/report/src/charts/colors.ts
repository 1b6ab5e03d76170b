import { predictedLayers, type RunRecord } from "@weightcast/runs";

/** Color of the dense network. */
export const gray = "#7a7a7a";
/** Colors of several dense networks. */
const grays = [gray, "#a6a6a6"];

/** Color of each method, in every report. The first are those of Okabe and Ito (2008), which color-blind readers can tell apart. */
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

/** Colors by label, in the order in which labels first appear: a gray if no weight is predicted, a color that is left for labels without one. */
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
