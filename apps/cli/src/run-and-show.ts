import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { Execution, PaperFigureName, RunEvent, RunSpec } from "@weightcast/experiments";
import { failure, hasCode } from "./errors";
import { counted } from "./format";
import { interruptible } from "./interrupt";
import type { EngineChoice, ExecutionChoice } from "./names";
import { liveView } from "./progress/live";
import { plainView } from "./progress/plain";
import { fewRuns } from "./progress/view";
import { runJson, runTable } from "./run-row";
import type { Experiments } from "./services";
import type { World } from "./world";

/** Runs to do, and where to. */
export interface RunPlan {
  readonly specs: readonly RunSpec[];
  readonly title: string;
  /** What the report holds the runs against. */
  readonly figure?: PaperFigureName;
  /** Which other runs in the record, on the same images, the report cites beside these. */
  readonly beside?: (spec: RunSpec) => boolean;
  /** The command that does this again. */
  readonly command: string;
  readonly folder: string;
  readonly engine: EngineChoice;
  readonly execution: ExecutionChoice;
  readonly jobs?: number;
  /** Whether only what is in the record is shown, and nothing run. */
  readonly soFar?: boolean;
  /** File of the HTML report. */
  readonly report?: string;
  readonly json?: boolean;
}

/** Does the runs, shows their progress, and prints what came of them. */
export async function runAndShow(
  plan: RunPlan,
  { aggregate, nameOf, onSameImages, readRecord, renderReport, runAll, summarize }: Experiments,
  world: World,
): Promise<void> {
  const { specs, title, figure, command, folder, engine, execution, jobs, soFar, report, json } = plan;
  const labels = specs.map(nameOf);
  const methods = [...new Set(specs.map(({ label }) => label))];
  const view = world.stderr.isTTY ? liveView(world, labels) : plainView(world, labels);
  view.note(`${counted(labels.length, "run")}: ${methods.join(", ")}`);
  const said = new Set<string>();
  const announce = (note: string) => {
    if (!said.has(note)) view.note(note);
    said.add(note);
  };
  let found = 0;
  const announceFound = () => {
    if (found > 0 && specs.length > fewRuns) announce(`${found} of ${specs.length} runs are in the record already.`);
  };
  const onEvent = (event: RunEvent) => {
    if (event.type === "skip") found++;
    else announceFound();
    if (event.type === "start") announce(`Engine: ${event.engine.reason}`);
    if (event.type === "execution") announce(executionNote(event.execution));
    view.on(event);
  };
  const options = {
    folder: resolve(world.folder, folder),
    engine,
    execution,
    ...(jobs !== undefined && { jobs }),
    ...(soFar && { missing: "leave" as const }),
    onEvent,
  };
  const records = await interruptible(
    world,
    () => view.note("Stopping after the steps under way; Ctrl-C again leaves at once."),
    async (signal) => {
      const records = await runAll(specs, { ...options, signal });
      announceFound(); // where no other event came after
      return records;
    },
  )
    .catch((error: unknown) => {
      if (hasCode(error, "INTERRUPTED"))
        throw Object.assign(new Error(`interrupted. What is done is kept in ${folder}; to go on:\n\n  ${command}\n`), {
          code: "INTERRUPTED",
        });
      throw error;
    })
    .finally(() => view.stop());

  if (records.length === 0) throw failure(`none of these ${counted(specs.length, "run")} is in ${folder} yet`);
  const path = report === undefined ? undefined : resolve(world.folder, report);
  if (path !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    const others = plan.beside ? (await readRecord(options.folder)).filter(({ spec }) => plan.beside!(spec)) : [];
    const beside = await onSameImages(others, specs[0]!, process.cwd());
    await writeFile(path, renderReport(records, { title, command, beside, ...(figure && { figure }) }));
  }
  if (json) {
    const runs = records.map((record) => runJson(record, summarize(record)));
    const document = { command, engine: records[0]?.engine, folder, report: path ?? null, runs };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  world.stdout.write(`\n${runTable(aggregate(records))}\n`);
  world.stdout.write(`Record: ${relative(world.folder, resolve(options.folder, "record.jsonl"))}\n`);
  if (path !== undefined) world.stdout.write(`Report: ${relative(world.folder, path)}\n`);
}

/** How steps are computed, in one line. */
function executionNote({ execution, runtime, reason }: Execution): string {
  if (execution === "compiled") return `Steps: compiled, by ${runtime}.`;
  return `Steps: eager, by the engine${reason === undefined ? "." : `, several times slower than compiled: ${reason}`}`;
}
