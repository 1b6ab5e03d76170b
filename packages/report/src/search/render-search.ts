import {
  errorNameOf,
  errorValue,
  groupBy,
  kindOfRuns,
  type RunRecord,
  type SettingResult,
  type SweepSpec,
  scoreOf,
  spreadOf,
} from "@weightcast/runs";
import { valueText } from "@weightcast/runs/spec";
import { drawByEpoch, type EpochPoint } from "../charts/by-epoch";
import { chart } from "../charts/chart";
import { colorOf, type Hue } from "../charts/colors";
import { counted, errorHtml, escapeHtml, logPercent, share } from "../page/format";
import { figurePanel, page } from "../page/page";
import { table } from "../page/table";
import { capital } from "../text/error-name";
import { trainingText } from "../text/training";
import { type NamedAxis, settingName, settingText } from "./names";
import { parallelCoordinates } from "./parallel-coordinates";

/** Options of {@link renderSearch}. */
export interface RenderSearchOptions {
  readonly title: string;
  /** Command that made the sweep, to be typed again. */
  readonly command: string;
  /** Axes, except the seed. */
  readonly axes: readonly NamedAxis[];
  readonly sweep: Pick<SweepSpec, "search" | "halving" | "seed">;
  /** The best setting, trained again for its test error, as of `refitSetting`; it has a score. */
  readonly refit?: SettingResult;
}

/** Colors of the curves of the best settings. */
const hues: readonly Hue[] = ["vermilion", "blue", "green", "orange", "violet"];

/**
 * Report of a sweep: one HTML document that needs no other file. It shows the best setting, parallel coordinates of all of them, the errors of
 * the best by epoch with their spread over the seeds, and a table, which can be saved as CSV.
 * @param settings as `runSweep` gives them, the best first
 * @throws RangeError if no setting has an error
 */
export function renderSearch(
  settings: readonly SettingResult[],
  { title, command, axes, sweep, refit }: RenderSearchOptions,
): string {
  const [best] = settings.filter(({ score }) => score);
  if (!best?.score) throw new RangeError("renderSearch: settings must hold one with an error; got none");
  const records = settings.flatMap((setting) => setting.records);
  const kind = kindOfRuns(records);
  const nameOf = (of: readonly RunRecord[]) =>
    errorNameOf(
      of.map(({ spec }) => spec),
      kind,
    );
  const error = nameOf(records);
  const text = (value: number) => errorValue(value, kind);
  // Errors of fewer epochs are not comparable with those of more.
  const last = settings.filter(({ score, rung }) => score && rung === best.rung);
  const failed = settings.filter((setting) => setting.failed > 0).length;
  const curves = last.slice(0, hues.length);
  return page({
    title,
    command,
    headline: `Lowest ${error}: <b>${text(best.score.mean)}</b> with ${escapeHtml(settingText(best, axes))}${refit?.score ? `; trained again with the validation images: ${nameOf(refit.records)} <b>${text(refit.score.mean)}</b>` : ""}`,
    lead: `${counted(settings.length, "setting")}${failed > 0 ? `, of which ${failed} failed` : ""}; ${howText(sweep, best)} ${trainingText(records)}`,
    body: `<section>
${figurePanel("All settings", parallelCoordinates(last, axes, error, text), escapeHtml(`A line for each setting${last.length < settings.length ? ` that was trained for all ${best.epochs} epochs` : ""}, from its values to its ${error}: thick and orange the best, blue the best quarter.`))}
</section>
<section>
${figurePanel(`${capital(error)} by epoch`, errorCurves(curves, kind === "error", capital(error)), `The best ${counted(curves.length, "setting")}. ${curves.some(({ records: own }) => own.length > 1) ? "Lines: means over the seeds; bands: ± one standard deviation. " : ""}Logarithmic scale.`)}
</section>
<section>
<h2>Settings, the best first</h2>
${settingsTable(settings, axes, capital(error))}
</section>`,
    origin: `; ${counted(records.length, "run")}, ${escapeHtml([...new Set(records.map(({ engine }) => engine.version))].join("; "))}.`,
  });
}

/** How settings were chosen, in a sentence. */
function howText({ search, halving, seed }: RenderSearchOptions["sweep"], { epochs }: SettingResult): string {
  const how = {
    grid: "all combinations",
    random: `by chance (seed ${seed})`,
    tpe: `by a tree-structured Parzen estimator (seed ${seed})`,
  }[search];
  return `${how}${halving ? `; one of ${halving.factor} went on to ${halving.factor} times the epochs, up to ${epochs}` : ""}.`;
}

/** Errors of settings by epoch, means over the seeds with bands. HTML. */
function errorCurves(settings: readonly SettingResult[], isShare: boolean, name: string): string {
  const colors = new Map(settings.map((setting, i) => [settingName(setting), colorOf(hues[i]!)]));
  const points = settings.flatMap((setting) => curveOf(settingName(setting), setting.records, isShare));
  const quantity = {
    name,
    text: (value: number) => (isShare ? `${value.toFixed(2)}%` : `${Number(value.toPrecision(4))}`),
    label: isShare ? `${name}, %` : name,
  };
  return chart(
    "large",
    (room) => drawByEpoch(room, points, quantity, colors),
    [...colors].map(([line, color]) => ({ name: line, color })),
  );
}

function curveOf(method: string, records: readonly RunRecord[], isShare: boolean): EpochPoint[] {
  const all = records.flatMap(({ result }) => result.history);
  return [...groupBy(all, ({ epoch }) => `${epoch}`).values()].map((at) => {
    const { mean, sd } = spreadOf(at.map(scoreOf));
    return {
      method,
      epoch: at[0]!.epoch,
      value: isShare ? logPercent(mean) : mean,
      ...(sd !== undefined && { sd: isShare ? 100 * sd : sd }),
    };
  });
}

function settingsTable(settings: readonly SettingResult[], axes: readonly NamedAxis[], error: string): string {
  const rows = settings.map(({ setting, point, score, records, epochs }) => [
    `<th scope="row">no. ${setting + 1}</th>`,
    ...axes.map(([field]) => `<td>${escapeHtml(valueText(point[field]))}</td>`),
    `<td class="result">${score ? errorHtml(score, kindOfRuns(records)) : "failed"}</td>`,
    `<td>${records.length}</td><td>${epochs}</td>`,
    `<td>${records[0] ? share(records[0].result.account.proportion) : "–"}</td>`,
    `<td>${records.reduce((sum, { result }) => sum + result.seconds, 0).toFixed(1)}</td>`,
  ]);
  const unit = kindOfRuns(settings.flatMap(({ records }) => records)) === "error" ? ", %" : "";
  const headings = [
    "Setting",
    ...axes.map(([, name]) => escapeHtml(name)),
    `${error}${unit}`,
    "Seeds",
    "Epochs",
    "Learned",
    "Seconds",
  ];
  return table({ name: "Settings", headings, rows, ...(settings.length > 30 && { kind: "compact" }) });
}
