import { relative, resolve } from "node:path";
import type { FigureValues, Study, StudyResult } from "@weightcast/experiments";
import { nameOf } from "@weightcast/runs/spec";
import { table } from "../../terminal/table";
import { plainWidth, wrap } from "../../terminal/wrap";
import type { World } from "../../world";
import { checkPlan } from "../check-plan";
import { saveReport } from "../run-and-show";
import type { RunPlan } from "../run-plan";
import { watchRuns } from "../watch-runs";

type Table = StudyResult["tables"][number];

/** Trains the networks of a study, measures them, and prints and reports the results. */
export async function showStudy(study: Study, values: FigureValues, plan: RunPlan, world: World): Promise<void> {
  const { specs, title, command, folder, engine, execution, report, json } = plan;
  await checkPlan(plan, world);
  const result = await watchRuns({ labels: specs.map(nameOf), command, folder }, world, ({ signal, onEvent, note }) =>
    study.run(specs, {
      values,
      folder: resolve(world.folder, folder),
      engine,
      execution,
      signal,
      onEvent,
      onNote: note,
    }),
  );
  const path = report === undefined ? undefined : await saveReport(report, result.html({ title, command }), world);
  if (json) {
    const document = { command, folder, report: path ?? null, networks: result.networks };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const part of result.tables) world.stdout.write(`\n${tableText(part, world.stdout.columns)}`);
  if (path !== undefined) world.stdout.write(`\nReport: ${relative(world.folder, path)}\n`);
}

/** Table with its title above and its notes below. */
function tableText({ title, columns, rows, notes }: Table, width?: number): string {
  const cells = columns.map(({ heading, align }, j) => ({
    heading,
    ...(align && { align }),
    of: (row: readonly string[]) => row[j]!,
  }));
  const texts = [title, ...notes].map((text) => `${wrap(text, width ?? plainWidth)}\n`);
  return `${texts[0]}${table(cells, rows, width)}${texts.slice(1).join("")}`;
}
