import { availableParallelism } from "node:os";
import { asUsage } from "../errors";
import { checkData } from "../input/data-input";
import { checkFile, checkFolder } from "../input/writable";
import type { World } from "../world";
import type { RunPlan } from "./run-plan";

/**
 * Checks, before the first run starts, everything about all runs of a plan that can be known by then: the places of the report
 * and the record, the data, sizes, dictionaries and their options.
 * @throws a usage error
 */
export async function checkPlan(plan: RunPlan, world: World): Promise<void> {
  const { specs, folder, report, soFar, execution, jobs = execution === "eager" ? 1 : availableParallelism() } = plan;
  if (report !== undefined) await checkFile("--report", report, world.folder);
  if (soFar) return;
  await checkFolder("--folder", folder, world.folder);
  const { checkJobs, checkNeeds, checkOptions, checkSize, registerBuiltIns } = await world.services.runs();
  registerBuiltIns();
  await asUsage(async () => {
    for (const spec of specs) {
      checkData(spec.data, world.folder);
      checkSize(spec);
      checkNeeds(spec);
    }
    checkJobs(specs, jobs);
    await checkOptions(specs);
  });
}
