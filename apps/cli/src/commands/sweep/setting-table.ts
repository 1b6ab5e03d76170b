import type { SettingResult } from "@weightcast/runs";
import { errorValue, kindOf, valueText } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";

/**
 * Table of settings.
 * @param names axes, and their headings
 * @param error name of the errors
 */
export function settingTable(
  settings: readonly SettingResult[],
  names: ReadonlyMap<string, string>,
  error: string,
  width?: number,
): string {
  const columns: readonly Column<SettingResult>[] = [
    { heading: "setting", of: ({ setting }) => `${setting + 1}`, key: true },
    ...[...names].map(
      ([name, heading]): Column<SettingResult> => ({
        heading: printable(heading),
        of: ({ point }) => printable(valueText(point[name]!)),
        key: true,
      }),
    ),
    { heading: error, of: scoreText },
    { heading: "seeds", of: ({ records }) => `${records.length}` },
    { heading: "epochs", of: ({ epochs }) => `${epochs}` },
    {
      heading: "learned",
      of: ({ records: [first] }) => (first ? `${percent(first.result.account.proportion, 1)}%` : ""),
    },
    {
      heading: "seconds",
      of: ({ records }) => records.reduce((sum, { result }) => sum + result.seconds, 0).toFixed(1),
    },
  ];
  return table(columns, settings, width);
}

/** Error over the seeds: 2.12% ± 0.05%. */
export function scoreText({ score, records: [first] }: SettingResult): string {
  if (!score || !first) return "failed";
  const kind = kindOf(first.result);
  return `${errorValue(score.mean, kind)}${score.sd === undefined ? "" : ` ± ${errorValue(score.sd, kind)}`}`;
}

/** Setting as `--json` prints it. */
export const settingJson = ({ setting, point, rung, epochs, records, failed, score }: SettingResult) => ({
  setting: setting + 1,
  values: point,
  stage: rung + 1,
  epochs,
  ...(score && { error: score.mean, ...(score.sd !== undefined && { deviation: score.sd }) }),
  failed,
  runs: records.map(({ id, spec }) => ({ id, seed: spec.seed })),
});
