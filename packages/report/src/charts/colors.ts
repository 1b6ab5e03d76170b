import { predictedLayers, type RunRecord } from "@weightcast/runs";

/** Shades of a hue: of lines and areas (contrast with the page of at least 3:1), and of text (at least 4.5:1). */
interface Shades {
  readonly line: string;
  readonly text: string;
}

/** Hues by name, on a light and on a dark page. The first are those of Okabe and Ito (2008), which color-blind readers can tell apart. */
export const hues = {
  blue: { light: { line: "#0072b2", text: "#0072b2" }, dark: { line: "#2f8fd0", text: "#4a9cd6" } },
  vermilion: { light: { line: "#d55e00", text: "#b04e00" }, dark: { line: "#dd6a10", text: "#e8792a" } },
  green: { light: { line: "#009e73", text: "#007a58" }, dark: { line: "#009e73", text: "#10b384" } },
  pink: { light: { line: "#c474a0", text: "#965779" }, dark: { line: "#cc79a7", text: "#d68fb6" } },
  orange: { light: { line: "#bd8200", text: "#8f6300" }, dark: { line: "#e69f00", text: "#e69f00" } },
  sky: { light: { line: "#4795c1", text: "#357090" }, dark: { line: "#74c4f0", text: "#74c4f0" } },
  violet: { light: { line: "#7b4fb5", text: "#7b4fb5" }, dark: { line: "#9a74d0", text: "#a98ad6" } },
  ochre: { light: { line: "#8c6d1f", text: "#84661b" }, dark: { line: "#a5822f", text: "#b3924a" } },
  crimson: { light: { line: "#b5304a", text: "#b5304a" }, dark: { line: "#d0596f", text: "#de7c8e" } },
  olive: { light: { line: "#6b8e23", text: "#56731b" }, dark: { line: "#7a9e2c", text: "#86ab38" } },
  gray: { light: { line: "#7a7a7a", text: "#666666" }, dark: { line: "#8a8a8a", text: "#a0a0a0" } },
  silver: { light: { line: "#8f8f8f", text: "#6c6c6c" }, dark: { line: "#b8b8b8", text: "#b8b8b8" } },
} as const satisfies Readonly<Record<string, { readonly light: Shades; readonly dark: Shades }>>;

/** Name of a hue. */
export type Hue = keyof typeof hues;

/** Color of a hue in a report, as a CSS variable of {@link colorVariables}. */
export const colorOf = (hue: Hue): string => `var(--${hue})`;

/** Color for text of a color that {@link colorOf} gave; other colors are left as they are. */
export const textColor = (color: string): string => color.replace(/^var\(--(\w+)\)$/, "var(--$1-text)");

/** Declarations of the variables of all hues on a light or dark page. CSS. */
export const colorVariables = (page: "light" | "dark"): string =>
  Object.entries(hues)
    .map(([hue, { [page]: shades }]) => `--${hue}: ${shades.line}; --${hue}-text: ${shades.text};`)
    .join(" ");

/** Color of the dense network. */
export const gray = colorOf("gray");
/** Colors of several dense networks. */
const grays = [gray, colorOf("silver")];

/** Hue of each method, in every report. */
const palette: Readonly<Record<string, Hue>> = {
  "SE-Emp": "blue",
  RandFixU: "vermilion",
  RandCon: "green",
  "SE-AE": "pink",
  "DCT-Emp": "orange",
  "SE-Emp2": "sky",
  "wavelet-Emp": "violet",
  LowRank: "ochre",
  "Emp-Emp": "crimson",
  "SE-SE": "olive",
  SE: "blue",
  DCT: "orange",
  wavelet: "violet",
  random: "vermilion",
  fourier: "orange",
  kernel: "blue",
  "gaussian-derivative": "green",
  "low-rank": "crimson",
};

/** Colors by label, in the order in which labels first appear; see {@link colorsByName}. */
export const colorsOf = (records: readonly RunRecord[]): Map<string, string> =>
  colorsByName(new Map(records.map(({ spec }) => [spec.label, predictedLayers(spec).length === 0])));

/** Colors by name: a gray for what predicts no weights, a color that is left for names without one. @param isDense by name */
export function colorsByName(isDense: ReadonlyMap<string, boolean>): Map<string, string> {
  const taken = new Set(Object.entries(palette).flatMap(([method, hue]) => (isDense.has(method) ? [hue] : [])));
  const all = [...new Set(Object.values(palette))];
  const rest = all.filter((hue) => !taken.has(hue));
  const left = rest.length > 0 ? rest : all;
  let used = 0;
  let grayUsed = 0;
  const colorFor = (name: string, dense: boolean): string =>
    dense ? grays[grayUsed++ % grays.length]! : colorOf(palette[name] ?? left[used++ % left.length]!);
  return new Map([...isDense].map(([name, dense]) => [name, colorFor(name, dense)]));
}
