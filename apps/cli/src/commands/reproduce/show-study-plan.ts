import { relative, resolve } from "node:path";
import { counted } from "../../terminal/format";
import { pairs } from "../../terminal/table";
import type { World } from "../../world";
import { checkPlan } from "../check-plan";
import type { RunPlan } from "../run-plan";

/** Prints what a study without runs would do, after the same checks, and does nothing: `--dry-run`. */
export async function showStudyPlan(fits: readonly string[], plan: RunPlan, world: World): Promise<void> {
  await checkPlan(plan, world);
  const { command, json } = plan;
  const files = {
    folder: resolve(world.folder, plan.folder),
    ...(plan.report && { report: resolve(world.folder, plan.report) }),
  };
  if (json) {
    world.stdout.write(`${JSON.stringify({ command, dryRun: true, ...files, fits }, null, 2)}\n`);
    return;
  }
  const shown = (path: string) => relative(world.folder, path) || path;
  world.stdout.write(`${fits.join("\n")}\n
${counted(fits.length, "fit")}; those that are kept in the folder are not made again.

${pairs(Object.entries({ Folder: files.folder, ...(files.report && { Report: files.report }) }).map(([name, path]) => [name, shown(path)] as const))}`);
}
