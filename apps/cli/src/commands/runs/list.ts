import type { ListedRun } from "@weightcast/runs/record";
import { errorNameOf, errorValue, kindOf, scoreOf } from "@weightcast/runs/spec";
import { printable } from "@weightcast/types";
import { usageError } from "../../errors";
import { counted, percent } from "../../terminal/format";
import { type Column, table } from "../../terminal/table";
import type { World } from "../../world";
import type { ListFlags } from "./flags";
import { selected } from "./selected";

/** `weightcast runs list`: a line for each run. */
export async function listAll(words: readonly string[], flags: ListFlags, world: World): Promise<void> {
  const { runs } = await selected(words, flags.folder, world);
  const shown = await limited(runs, flags, world);
  if (flags.json) {
    world.stdout.write(`${JSON.stringify(await Promise.all(shown.map((run) => runRow(run, world))), null, 2)}\n`);
    return;
  }
  world.stdout.write(table(columnsFor(shown), shown, world.stdout.columns));
  world.stdout.write(`${shown.length === runs.length ? "" : `${shown.length} of `}${counted(runs.length, "run")}\n`);
}

/** Runs in the order and number that are asked for. */
async function limited(
  runs: readonly ListedRun[],
  { sort, limit = runs.length }: ListFlags,
  world: World,
): Promise<readonly ListedRun[]> {
  if (sort === undefined) return runs.slice(-limit);
  const { sortedBy } = await world.services.record();
  try {
    return sortedBy(runs, sort).slice(0, limit);
  } catch (error) {
    throw usageError(`--sort ${(error as RangeError).message}; see weightcast runs --help`);
  }
}

/** Run as `--json` prints it: the fields that have names, its tags, its specification. */
export async function runRow(run: ListedRun, world: World) {
  const { fieldNames, fieldOf } = await world.services.record();
  const fields = fieldNames
    .filter((name) => name !== "tag")
    .flatMap((name) => fieldOf(run, name).map((value) => [name, value] as const));
  const { end, tags } = run;
  return {
    ...Object.fromEntries(fields),
    tags,
    ...("failure" in end && { failure: end.failure }),
    spec: end.spec,
  };
}

/** Error of a run as text: 2.12%, or what it failed by. */
export const resultText = ({ end }: ListedRun): string =>
  "result" in end ? errorValue(scoreOf(end.result), kindOf(end.result)) : end.failure.code;

/** Name of the error of runs, of either task. */
export function errorNameIn(runs: readonly ListedRun[]): string {
  const done = runs.flatMap(({ end }) => ("result" in end ? [end] : []));
  const kinds = new Set(done.map(({ result }) => kindOf(result)));
  return kinds.size > 1
    ? "error or RMSE"
    : errorNameOf(
        done.map(({ spec }) => spec),
        [...kinds][0] ?? "error",
      );
}

function columnsFor(runs: readonly ListedRun[]): readonly Column<ListedRun>[] {
  const all: readonly Column<ListedRun>[] = [
    { heading: "id", align: "left", of: ({ end }) => end.id, key: true },
    { heading: "method", align: "left", of: ({ end }) => printable(end.spec.label) },
    { heading: "seed", of: ({ end }) => `${end.spec.seed}` },
    { heading: "data", align: "left", of: ({ end }) => printable(end.spec.data.name) },
    { heading: "network", align: "left", of: ({ end }) => end.spec.network.model },
    { heading: "epochs", of: ({ end }) => `${end.spec.training.epochs}` },
    {
      heading: "learned",
      of: ({ end }) => ("result" in end ? `${percent(end.result.account.proportion, 1)}%` : ""),
    },
    { heading: errorNameIn(runs), of: resultText },
    { heading: "seconds", of: ({ end }) => ("result" in end ? end.result.seconds.toFixed(1) : "") },
    { heading: "finished", align: "left", of: ({ end }) => printable(end.finished.slice(0, 16).replace("T", " ")) },
    { heading: "tags", align: "left", of: ({ tags }) => printable(tags.join(",")) },
  ];
  return all.filter(({ heading }) => heading !== "tags" || runs.some(({ tags }) => tags.length > 0));
}
