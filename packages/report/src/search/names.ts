import type { SettingResult } from "@weightcast/runs";
import { valueText } from "@weightcast/runs/spec";

/** Axis of a search: the field of a run, and its short name. */
export type NamedAxis = readonly [field: string, name: string];

/** Values of a setting in words: "rate 0.1, columns 5". */
export const settingText = ({ point }: SettingResult, axes: readonly NamedAxis[]): string =>
  axes.map(([field, name]) => `${name} ${valueText(point[field])}`).join(", ");

/** Name of a setting in charts and tables. */
export const settingName = ({ setting }: SettingResult): string => `no. ${setting + 1}`;
