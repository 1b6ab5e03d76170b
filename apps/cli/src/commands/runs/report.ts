import { relative } from "node:path";
import { failure } from "../../errors";
import { checkFile } from "../../input/writable";
import { counted } from "../../terminal/format";
import type { World } from "../../world";
import { saveReport } from "../run-and-show";
import type { ReportFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs report`: a report of finished runs. */
export async function reportRuns(
  words: readonly string[],
  { folder, report, title, command }: ReportFlags & { readonly command: string },
  world: World,
): Promise<void> {
  await checkFile("--report", report, world.folder);
  const { path, runs } = await selected(words, folder, world);
  const ids = runs.flatMap(({ end }) => ("result" in end ? [end.id] : []));
  if (ids.length === 0) throw failure("all of these runs failed; there is nothing to report");
  const { readRecord } = await world.services.record();
  const { renderReport } = await world.services.report();
  // Damaged lines were named when the runs were listed.
  const records = await readRecord(path, { only: new Set(ids), onDamaged: () => {} });
  const file = await saveReport(report, renderReport(records, { title, command }), world);
  world.stdout.write(`Report of ${counted(records.length, "run")}: ${relative(world.folder, file)}\n`);
}
