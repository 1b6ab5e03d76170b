import type { SettingResult } from "@weightcast/runs";
import { escapeHtml } from "../page/format";
import { type NamedAxis, settingText } from "./names";
import { parallelCoordinates } from "./parallel-coordinates";

/** What {@link settingsChart} shows. */
export interface SettingsChartOptions {
  readonly axes: readonly NamedAxis[];
  readonly error: {
    /** Name of the error, as "test error". */
    readonly name: string;
    readonly text: (value: number) => string;
  };
}

/**
 * Settings as parallel coordinates, under a sentence about the best. HTML.
 * @param settings with errors, the best first
 */
export function settingsChart(settings: readonly SettingResult[], { axes, error }: SettingsChartOptions): string {
  const [best] = settings;
  return `<p>Lowest ${escapeHtml(error.name)} of ${settings.length} settings: <b>${error.text(best!.score!.mean)}</b> with ${escapeHtml(settingText(best!, axes))}</p>
${parallelCoordinates(settings, axes, error.name, error.text)}`;
}
