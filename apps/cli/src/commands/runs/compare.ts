import type { Difference, ListedRun } from "@weightcast/runs/record";
import { printable } from "@weightcast/types";
import { usageError } from "../../errors";
import { bytes, duration, percent } from "../../terminal/format";
import { table } from "../../terminal/table";
import type { World } from "../../world";
import type { RecordFlags } from "./flags";
import { errorNameIn, resultText, runRow } from "./list";
import { selected } from "./selected";

/** Runs that fit side by side. */
const most = 20;

/** `weightcast runs compare`: in which settings runs differ, and their results. */
export async function compareRuns(words: readonly string[], flags: RecordFlags, world: World): Promise<void> {
  const { runs } = await selected(words, flags.folder, world);
  if (runs.length < 2 || runs.length > most)
    throw usageError(`compare: takes 2 to ${most} runs; these are ${runs.length}; select others, or list them`);
  const { differencesOf } = await world.services.record();
  const differences = differencesOf(runs);
  if (flags.json) {
    const document = {
      differences: Object.fromEntries(
        differences.map(({ field, values }) => [field, values.map((one) => one ?? null)]),
      ),
      runs: await Promise.all(runs.map((run) => runRow(run, world))),
    };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const rows = [...differences, ...resultsOf(runs)];
  const columns = [
    { heading: "", align: "left" as const, of: ({ field }: Difference) => field },
    ...runs.map(({ end }, i) => ({
      heading: `${end.id} ${printable(end.spec.label)}`,
      of: ({ values }: Difference) => values[i] ?? "–",
    })),
  ];
  const note = differences.length === 0 ? "The settings are the same: the software or the input files differ.\n" : "";
  world.stdout.write(`${table(columns, rows, world.stdout.columns)}${note}`);
}

const resultsOf = (runs: readonly ListedRun[]): readonly Difference[] => {
  const row = (
    field: string,
    of: (run: ListedRun & { readonly end: Extract<ListedRun["end"], { readonly result: unknown }> }) => string,
  ) => ({
    field,
    values: runs.map((run) => (isDone(run) ? of(run) : undefined)),
  });
  return [
    { field: errorNameIn(runs), values: runs.map(resultText) },
    row("test loss", ({ end }) => end.result.testLoss.toFixed(4)),
    row("training loss", ({ end }) => end.result.trainLoss.toFixed(4)),
    row("learned", ({ end }) => `${percent(end.result.account.proportion, 1)}%`),
    row("file", ({ end }) => bytes(end.result.bytes)),
    row("time", ({ end }) => duration(end.result.seconds)),
  ];
};

type Done = ListedRun & { readonly end: Extract<ListedRun["end"], { readonly result: unknown }> };
const isDone = (run: ListedRun): run is Done => "result" in run.end;
