import type { SettingResult } from "@weightcast/runs";

/** Axis of a search: the field of a run, and its short name. */
export type NamedAxis = readonly [field: string, name: string];

type Value = SettingResult["point"][string] | undefined;

/** Value of an axis as text: numbers to three digits. */
export const valueText = (value: Value): string =>
  typeof value === "number"
    ? `${Number(value.toPrecision(3))}`
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** Values of a setting in words: "rate 0.1, columns 5". */
export const settingText = ({ point }: SettingResult, axes: readonly NamedAxis[]): string =>
  axes.map(([field, name]) => `${name} ${valueText(point[field])}`).join(", ");

/** Name of a setting in charts and tables. */
export const settingName = ({ setting }: SettingResult): string => `no. ${setting + 1}`;
