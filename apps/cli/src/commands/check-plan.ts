import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { withTeachers } from "@weightcast/runs/spec";
import { asUsage, usageError } from "../errors";
import { checkData } from "../input/data-input";
import { asFileUsage } from "../input/model-input";
import { checkFile, checkFolder } from "../input/writable";
import type { World } from "../world";
import type { RunPlan } from "./run-plan";

/**
 * Checks, before the first run starts, everything about all runs of a plan that can be known by then: the places of the report
 * and the record, the data, sizes, dictionaries and their options.
 * @throws a usage error
 */
export async function checkPlan(plan: RunPlan, world: World): Promise<void> {
  const {
    specs,
    folder,
    report,
    save,
    soFar,
    execution,
    jobs = execution === "eager" ? 1 : availableParallelism(),
  } = plan;
  if (report !== undefined) await checkFile("--report", report, world.folder);
  if (save !== undefined) await checkSave(save, specs, world.folder);
  if (soFar) return;
  await checkFolder("--folder", folder, world.folder);
  const { checkJobs, checkNeeds, checkOptions, checkSize, checkStart, checkTeacher, loadTable, registerBuiltIns } =
    await world.services.runs();
  registerBuiltIns();
  await asUsage(async () => {
    const all = withTeachers(specs);
    for (const spec of all) {
      checkData(spec.data, world.folder);
      checkSize(spec);
      checkNeeds(spec);
    }
    if (plan.queue === undefined) checkJobs(all, jobs);
    await checkOptions(all);
    // Of one's own data only tables are read before a run: their columns are named by hand, and they are small.
    const tables = specs.filter(({ data, from }) => data.table !== undefined && from === undefined);
    for (const spec of new Map(tables.map((one) => [JSON.stringify(one.data), one])).values())
      await loadTable(spec, world.folder);
  });
  const started = specs.filter(({ from }) => from !== undefined);
  const taught = specs.filter(({ teacher }) => teacher?.from !== undefined);
  if (started.length + taught.length > 0) await world.services.startEngine();
  for (const spec of started) await asFileUsage(() => asUsage(() => checkStart(spec, world.folder)));
  for (const spec of taught) await asFileUsage(() => asUsage(() => checkTeacher(spec, world.folder)));
}

/** @throws a usage error if the file can't be written, or a run needs it: the run could not be repeated */
async function checkSave(save: string, specs: RunPlan["specs"], folder: string): Promise<void> {
  await checkFile("--save", save, folder);
  const isIt = (file: string | undefined) => file !== undefined && resolve(folder, file) === resolve(folder, save);
  const needed = specs.some(({ from }) => isIt(from))
    ? "the run starts from this file"
    : specs.some(({ teacher }) => isIt(teacher?.from))
      ? "the run's teacher is in this file"
      : undefined;
  if (needed !== undefined) throw usageError(`--save ${save}: ${needed}, so that it must stay; choose another file`);
}
