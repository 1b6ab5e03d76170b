import { relative, resolve } from "node:path";
import { writeWhole } from "@weightcast/disk";
import type { PreviewOptions, RunEvent, RunRecord } from "@weightcast/runs";
import { nameOf, withTeachers } from "@weightcast/runs/spec";
import { failure, hasCode } from "../errors";
import { bytes, counted } from "../terminal/format";
import { fewRuns } from "../terminal/progress/state";
import { runJson, runTable } from "../terminal/run-table";
import type { World } from "../world";
import { checkPlan } from "./check-plan";
import { type KeptModel, keptModel } from "./kept-model";
import type { RunPlan } from "./run-plan";
import { watchRuns } from "./watch-runs";
import { withWorkers } from "./with-workers";

/** Computes runs, shows their progress, and prints and reports their results. */
export async function runAndShow(plan: RunPlan, world: World): Promise<void> {
  const { specs, command, folder, report, json } = plan;
  const { aggregate, summarize } = await world.services.runs();
  await checkPlan(plan, world);
  const { records, failed } = await runsOf(plan, world);
  if (records.length === 0 && failed !== undefined) throw failed;
  if (records.length === 0) throw failure(`none of these ${counted(specs.length, "run")} is in ${folder} yet`);
  const path = report === undefined ? undefined : await saveReport(report, await reportOf(records, plan, world), world);
  const models = plan.models && (await Promise.all(records.map((record) => keptModel(record, plan, world))));
  if (json) {
    const runs = records.map((record, i) => ({
      ...runJson(record, summarize(record)),
      ...(models && { model: models[i]?.path ?? null }),
    }));
    const document = { command, engine: records[0]?.engine, folder, report: path ?? null, runs };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    world.stdout.write(`\n${runTable(aggregate(records), world.stdout.columns)}\n`);
    world.stdout.write(`Record: ${relative(world.folder, resolve(world.folder, folder, "record.jsonl"))}\n`);
    for (const model of models ?? []) world.stdout.write(`Model: ${modelText(model, plan, world)}\n`);
    if (path !== undefined) world.stdout.write(`Report: ${relative(world.folder, path)}\n`);
  }
  if (failed !== undefined) throw failed;
}

/** File of a trained network, or how to get it. */
const modelText = (model: KeptModel | undefined, { command }: RunPlan, { folder }: World): string =>
  model
    ? `${relative(folder, model.path) || model.path}, ${bytes(model.bytes)}`
    : `not kept, as the run was recorded without it; to train it again and save it:\n\n  ${command} --save model.safetensors\n`;

/** Records of a plan's runs, and the error of those that failed, if it left the others alone. */
interface Outcome {
  readonly records: readonly RunRecord[];
  readonly failed?: unknown;
}

/** Whether an error is of some runs only: the others are done. */
const isOfSome = (error: unknown): boolean =>
  ["DIVERGED", "TEACHER_FAILED", "CHECKPOINT_CORRUPT", "CHECKPOINT_MISMATCH", "RUNS_FAILED"].some((code) =>
    hasCode(error, code),
  );

/** Records of a plan's runs: those in the folder, and those computed now. */
async function runsOf(plan: RunPlan, world: World): Promise<Outcome> {
  const { specs, command, folder, engine, execution, soFar } = plan;
  const { runAll } = await world.services.runs();
  const labels = (soFar ? specs : withTeachers(specs)).map(nameOf);
  return watchRuns({ labels, command, folder }, world, async (watch) => {
    const { signal, onEvent, note } = watch;
    note(`${counted(labels.length, "run")}: ${[...new Set(specs.map(({ label }) => label))].join(", ")}`);
    let found = 0;
    const noteFound = () => {
      if (found > 0 && specs.length > fewRuns) note(`${found} of ${specs.length} runs are already in the record.`);
    };
    const where = { folder: resolve(world.folder, folder), engine, execution };
    if (plan.force) await forget(specs, where, note, world);
    const running = withWorkers(plan, watch, world, (workers) =>
      runAll(specs, {
        ...where,
        ...workers,
        onOtherThreads: (message) => note(`Warning: ${message}`),
        ...(soFar && { missing: "leave" as const }),
        ...(plan.models && { models: plan.models }),
        signal,
        onDamaged: ({ message }) => note(`Warning: ${message}`),
        onEvent(event: RunEvent) {
          if (event.type === "skip") found++;
          else noteFound();
          onEvent(event);
        },
      }),
    );
    try {
      const records = await running;
      noteFound(); // if no other event followed
      return { records };
    } catch (failed) {
      if (!isOfSome(failed)) throw failed;
      return { records: await runAll(specs, { ...where, missing: "leave", onDamaged: () => {} }), failed };
    }
  });
}

/** Removes those of the runs from the record that are in it, so that they are done again. */
export async function forget(
  specs: RunPlan["specs"],
  where: PreviewOptions,
  note: (text: string) => void,
  { services }: World,
): Promise<void> {
  const { preview, removeRuns } = await services.runs();
  const recorded = (await preview(specs, { ...where, onDamaged: () => {} })).filter(
    ({ state }) => state === "recorded",
  );
  await removeRuns(
    where.folder,
    recorded.map(({ id }) => id),
  );
  if (recorded.length > 0) note(`${counted(recorded.length, "run")} in the record, to be done again (--force).`);
}

/** HTML report of a plan's runs. */
async function reportOf(
  records: readonly RunRecord[],
  { specs, title, command, comparison, beside, folder }: RunPlan,
  world: World,
): Promise<string> {
  const { onSameImages, readRecord } = await world.services.runs();
  const { renderReport } = await world.services.report();
  const onDamaged = () => {}; // reported when the runs were looked up
  const recorded = beside ? await readRecord(resolve(world.folder, folder), { onDamaged }) : [];
  const others = recorded.filter(({ spec }) => beside?.(spec));
  const cited = await onSameImages(others, specs[0]!, process.cwd());
  return renderReport(records, { title, command, beside: cited, ...(comparison && { comparison }) });
}

/** Absolute path of a report after writing it; its folder is created if necessary. */
export async function saveReport(file: string, html: string, { folder }: Pick<World, "folder">): Promise<string> {
  const path = resolve(folder, file);
  await writeWhole(path, html);
  return path;
}
