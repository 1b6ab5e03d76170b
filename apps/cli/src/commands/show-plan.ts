import { join, relative, resolve } from "node:path";
import type { Preview } from "@weightcast/runs";
import { withTeachers } from "@weightcast/runs/spec";
import { bytes, count, counted } from "../terminal/format";
import { type Column, pairs, table } from "../terminal/table";
import type { World } from "../world";
import { checkPlan } from "./check-plan";
import type { RunPlan } from "./run-plan";

const states = { recorded: "in the record", begun: "from its checkpoint", new: "to do" } as const;

const columns: readonly Column<Preview>[] = [
  { heading: "run", align: "left", of: ({ name }) => name },
  { heading: "id", align: "left", of: ({ id }) => id },
  { heading: "state", align: "left", of: ({ state }) => states[state] },
  { heading: "weights", of: ({ dense }) => count(dense) },
  { heading: "learned", of: ({ learned }) => count(learned) },
  { heading: "stored U", of: ({ stored }) => count(stored) },
  { heading: "memory", of: (run) => bytes(run.bytes) },
  { heading: "steps", of: ({ steps }) => (steps === undefined ? "?" : count(steps)) },
];

/** Prints what a plan would do, after the same checks, and does nothing: `--dry-run`. */
export async function showPlan(plan: RunPlan, world: World): Promise<void> {
  await checkPlan(plan, world);
  const { specs, command, engine, execution, report, json } = plan;
  const { modelFile, preview, registerBuiltIns } = await world.services.runs();
  registerBuiltIns();
  const folder = resolve(world.folder, plan.folder);
  const onDamaged = ({ message }: { readonly message: string }) => world.stderr.write(`Warning: ${message}\n`);
  const where = { folder, engine, execution, onDamaged };
  const asked = await preview(specs, where);
  const waitingFor = withTeachers(specs.filter((_, i) => asked[i]!.state !== "recorded"));
  const teachers = waitingFor.filter((run) => !specs.includes(run));
  const found = [...(teachers.length > 0 ? await preview(teachers, where) : []), ...asked];
  const runs = plan.force
    ? found.map((run) => ({ ...run, state: run.state === "recorded" ? "new" : run.state }) as const)
    : found;
  const files = {
    record: join(folder, "record.jsonl"),
    ...(plan.models && {
      model: plan.save ? resolve(world.folder, plan.save) : modelFile(folder, { id: asked[0]!.id, spec: specs[0]! }),
    }),
    ...(report && { report: resolve(world.folder, report) }),
  };
  if (json) {
    world.stdout.write(`${JSON.stringify({ command, dryRun: true, ...files, runs }, null, 2)}\n`);
    return;
  }
  const waiting = runs.filter(({ state }) => state !== "recorded");
  const shown = (path: string) => relative(world.folder, path) || path;
  world.stdout.write(`${table(columns, runs)}
Weights of the layers that can be predicted; memory is what weights and dictionaries need at least.
${counted(waiting.length, "run")} to do, ${runs.length - waiting.length} in the record.

${pairs(
  Object.entries({
    Record: files.record,
    Checkpoints: join(folder, "checkpoints"),
    ...(files.model && { Model: files.model }),
    ...(files.report && { Report: files.report }),
  }).map(([name, path]) => [name, shown(path)] as const),
)}`);
}
