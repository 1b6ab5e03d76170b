import type { Point, SweepSpec } from "@weightcast/runs";
import type { RunSpec } from "@weightcast/runs/spec";
import type { Json } from "@weightcast/types";
import { asUsage, usageError } from "../../errors";
import { checkAllowed } from "../../input/allowed-code";
import { readConfig } from "../../input/config";
import { resolveChecked } from "../../input/config-faults";
import type { Field, StructureFlags } from "../../input/run-input";
import type { RunnerOptions } from "../../input/runner-options";
import { axisOf, mergeSweep, runOrRangeError, runsOf, textOf } from "../../input/sweep-input";
import { asList } from "../../input/unchecked";
import type { World } from "../../world";
import type { RunPlan } from "../run-plan";
import type { SearchFlags } from "./flags";

/** Sweep to do, and how and where. Its `specs` are runs to check before: all of a grid, otherwise the ends of the axes. */
export interface SweepPlan extends RunPlan {
  readonly sweep: SweepSpec;
  readonly runOf: (values: Point) => RunSpec;
}

/** Runs of a grid that are checked before it begins; of more, those at the ends of the axes. */
const most = 2000;

/**
 * Plan of a sweep that a configuration file and the command line describe; the command line wins.
 * @throws a usage error if a part of it is not valid, or a run that it is sure to do
 */
export async function makePlan(
  words: readonly string[],
  given: { readonly axes: Readonly<Record<string, readonly unknown[]>>; readonly fields: readonly Field[] },
  options: RunnerOptions & SearchFlags,
  command: string,
  world: World,
): Promise<SweepPlan> {
  const files = words.filter((word) => !word.includes("="));
  if (files.length > 1) throw usageError(`sweep: takes one configuration file; got ${files.join(", ")}`);
  const [file] = files;
  const where = file ?? "sweep";
  const { sweep: written, ...base } = file === undefined ? {} : await readConfig(file, world.folder);
  const named = words.filter((word) => word.includes("=")).map(axisOf);
  // A field with one value is a setting of all runs.
  const fixed = named.filter(([, axis]) => Array.isArray(axis) && axis.length === 1);
  const axes = { ...given.axes, ...Object.fromEntries(named.filter((one) => !fixed.includes(one))) };
  const fields = [...given.fields, ...fixed.map(([name, axis]): Field => [name, (axis as readonly Json[])[0]])];
  const { checkValidation, gridOf, resolveSweep } = await world.services.runs();
  const sweep = await asUsage(() => resolveSweep(mergeSweep(written, axes, searchOptions(options)), `${where}: sweep`));
  if (Object.keys(sweep.axes).length === 0)
    throw usageError(
      "sweep: needs an axis: a flag with several values, such as --seed 1,2,3, or a field with its values, such as training.rate=0.1,0.2",
    );
  if (file !== undefined) await checkAllowed(asList(base.use).map(String), options, file, world);
  const own = new Map<string, unknown>(fields);
  const from = own.get("from") ?? base.from;
  const { withOrigin } = await import("../../input/model-input");
  const flags = Object.fromEntries([...own, ...Object.entries(sweep.axes)]) as StructureFlags;
  const inputOf = runsOf(typeof from === "string" ? await withOrigin(base, flags, from, world) : base, fields);
  const points = valuesToCheck(sweep, gridOf);
  const specs = points.map((point) => resolveChecked(inputOf(point), `${where}: ${textOf(point)}`));
  await asUsage(() => checkValidation(sweep, specs[0]!));
  await checkNames(specs, world);
  const { engine, execution, folder, report, json, threads, queue, store, force, jobs, events } = options;
  if (force && sweep.search !== "grid")
    throw usageError("--force is for a grid; remove the runs by weightcast runs rm");
  return {
    ...{ sweep, specs, title: "Sweep", command, engine, execution, folder, events },
    runOf: (values) => runOrRangeError(inputOf, values),
    ...(report !== undefined && { report }),
    ...(json && { json }),
    ...(threads !== undefined && { threads }),
    ...(queue && { queue }),
    ...(store && { store }),
    ...(jobs !== undefined && { jobs }),
    ...(force && { force }),
  };
}

/** Dictionaries of all runs, known by name. */
async function checkNames(specs: readonly RunSpec[], world: World): Promise<void> {
  const { availableDictionaries, checkDictionaries } = await import("../../input/dictionaries");
  const known = [...(await availableDictionaries(specs[0]!.use, world)).keys()];
  for (const spec of specs) checkDictionaries(spec, known);
}

/** Options of the search as the field `sweep` has them. */
const searchOptions = ({ search, settings, searchSeed, parallel, halving, least, refit }: SearchFlags) => ({
  ...(search !== undefined && { search }),
  ...(settings !== undefined && { settings }),
  ...(searchSeed !== undefined && { seed: searchSeed }),
  ...(parallel !== undefined && { parallel }),
  ...(refit && { refit }),
  ...(halving !== undefined && { halving: { factor: halving, ...(least !== undefined && { least }) } }),
});

/** Values of runs that are sure to be done, or at the ends of the axes, one axis at a time. */
function valuesToCheck(sweep: SweepSpec, gridOf: (sweep: SweepSpec) => readonly Point[]): readonly Point[] {
  const { search, axes } = sweep;
  const seeds = (axes.seed ?? []) as readonly Json[];
  const size = Object.values(axes).reduce((product, axis) => product * (Array.isArray(axis) ? axis.length : 1), 1);
  if (search === "grid" && size <= most) {
    const points = gridOf(sweep);
    return seeds.length === 0 ? points : points.flatMap((point) => seeds.map((seed) => ({ ...point, seed })));
  }
  const endsOf = Object.entries(axes).map(
    ([name, axis]) =>
      [name, Array.isArray(axis) ? axis : [(axis as { from: number }).from, (axis as { to: number }).to]] as const,
  );
  const first = Object.fromEntries(endsOf.map(([name, values]) => [name, values[0]!]));
  return [first, ...endsOf.flatMap(([name, values]) => values.slice(1).map((value) => ({ ...first, [name]: value })))];
}
