import { relative, resolve } from "node:path";
import type { SettingResult } from "@weightcast/runs";
import { errorNameOf, kindOf, nameOf } from "@weightcast/runs/spec";
import { failure } from "../../errors";
import { shortNames } from "../../input/sweep-input";
import { counted } from "../../terminal/format";
import type { World } from "../../world";
import { checkPlan } from "../check-plan";
import { forget, saveReport } from "../run-and-show";
import { watchRuns } from "../watch-runs";
import { withWorkers } from "../with-workers";
import type { SweepPlan } from "./make-plan";
import { scoreText, settingJson, settingTable } from "./setting-table";

/** Settings that the terminal shows. */
const shown = 20;

/** Does the runs of a sweep, shows their progress, and prints and reports the settings. */
export async function showSweep(plan: SweepPlan, world: World): Promise<void> {
  await checkPlan(plan, world);
  const { settings, refit } = await resultOf(plan, world);
  const records = settings.flatMap((setting) => setting.records);
  if (records.length === 0) throw failure(`all ${counted(settings.length, "setting")} failed`);
  const names = shortNames(Object.keys(plan.sweep.axes).filter((name) => name !== "seed"));
  const path =
    plan.report === undefined
      ? undefined
      : await saveReport(plan.report, await reportOf({ settings, refit }, names, plan, world), world);
  const record = relative(world.folder, resolve(world.folder, plan.folder, "record.jsonl"));
  if (plan.json) {
    const { command, folder, sweep } = plan;
    const document = {
      ...{ command, folder, report: path ?? null, sweep, settings: settings.map(settingJson) },
      ...(refit && { refit: settingJson(refit) }),
    };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  world.stdout.write(`\n${settingTable(settings.slice(0, shown), names, errorName(records), world.stdout.columns)}`);
  const rest = settings.length - shown;
  if (rest > 0)
    world.stdout.write(`and ${counted(rest, "setting")} more${path === undefined ? "" : ", in the report"}\n`);
  if (refit) world.stdout.write(`\n${refitText(refit)}\n`);
  world.stdout.write(`\nRecord: ${record}\n`);
  if (path !== undefined) world.stdout.write(`Report: ${relative(world.folder, path)}\n`);
}

/** Name of the errors of runs. */
const errorName = (records: SettingResult["records"]): string =>
  errorNameOf(
    records.map(({ spec }) => spec),
    kindOf(records[0]!.result),
  );

/** Test error of the best setting, in a line. */
function refitText(refit: SettingResult): string {
  const { setting, records, epochs } = refit;
  const what = `Setting ${setting + 1}, trained again for ${counted(epochs, "epoch")} with the validation images`;
  return records.length === 0 ? `${what}: failed.` : `${what}: ${errorName(records)} ${scoreText(refit)}.`;
}

/** Result of a sweep. */
interface SweepResult {
  /** The best first. */
  readonly settings: readonly SettingResult[];
  /** The best, trained again for its test error. */
  readonly refit: SettingResult | undefined;
}

async function resultOf(plan: SweepPlan, world: World): Promise<SweepResult> {
  const { sweep, runOf, specs, command, engine, execution } = plan;
  const { refitRuns, refitSetting, rungsOf, runSweep, searchOf, seedsOf } = await world.services.runs();
  const { epochs } = specs[0]!.training;
  const folder = resolve(world.folder, plan.folder);
  const trials = searchOf(sweep, rungsOf(sweep, epochs).length).expected + (sweep.refit ? 1 : 0);
  const runs = trials * (seedsOf(sweep)?.length ?? 1);
  const longest = specs.map(nameOf).reduce((a, b) => (b.length > a.length ? b : a));
  const labels = Array.from({ length: runs }, () => longest);
  return watchRuns({ labels, command, folder: plan.folder }, world, async (watch) => {
    const { signal, onEvent, note } = watch;
    note(
      `${sweep.halving ? "About " : ""}${counted(runs, "run")}: ${sweep.search} search over ${Object.keys(sweep.axes).join(", ")}`,
    );
    const where = { folder, engine, execution };
    if (plan.force) await forget(specs, where, note, world);
    return withWorkers(plan, watch, world, async (workers) => {
      const options = {
        ...where,
        ...workers,
        ...{ signal, onEvent },
        onOtherThreads: (message: string) => note(`Warning: ${message}`),
        onDamaged: ({ message }: { readonly message: string }) => note(`Warning: ${message}`),
      };
      const onInvalid = (text: string) => note(`Warning: ${text}`);
      const settings = await runSweep(sweep, { runOf, epochs, onInvalid }, options);
      const [best] = settings;
      if (!sweep.refit || !best?.score) return { settings, refit: undefined };
      const again = refitRuns(best, sweep, { runOf });
      if (plan.force) await forget(again, where, note, world);
      return { settings, refit: await refitSetting(best, again, options) };
    });
  });
}

/** HTML report of a sweep. */
async function reportOf(
  { settings, refit }: SweepResult,
  names: ReadonlyMap<string, string>,
  { title, command, sweep }: SweepPlan,
  world: World,
): Promise<string> {
  const { renderSearch } = await world.services.report();
  return renderSearch(settings, { title, command, axes: [...names], sweep, ...(refit?.score && { refit }) });
}
