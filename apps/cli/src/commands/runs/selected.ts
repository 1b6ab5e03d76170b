import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { ListedRun } from "@weightcast/runs/record";
import { asUsage, failure, usageError } from "../../errors";
import type { World } from "../../world";

/** Runs of a selection, and the record that they are in. */
export interface Selected {
  /** Absolute path of the record's folder or file. */
  readonly path: string;
  readonly runs: readonly ListedRun[];
}

/**
 * Runs that words on the command line select, in the order of the record. Damaged lines are named on stderr.
 * @throws a usage error for a selection that is not valid, or if there is no record; a failure if it selects no run
 */
export async function selected(words: readonly string[], folder: string, world: World): Promise<Selected> {
  const { listRuns, recordFile, selectionOf, selectRuns } = await world.services.record();
  const selection = await asUsage(() => selectionOf(words));
  const path = resolve(world.folder, folder);
  if (!existsSync(recordFile(path)))
    throw usageError(`--folder ${folder}: has no record of runs; name a folder in which train has recorded some`);
  const onDamaged = ({ message }: { readonly message: string }) => world.stderr.write(`Warning: ${message}\n`);
  const all = await listRuns(path, { onDamaged });
  const runs = await asUsage(() => selectRuns(all, selection));
  if (runs.length > 0) return { path, runs };
  const shown = relative(world.folder, recordFile(path)) || path;
  throw failure(
    all.length === 0
      ? `${shown} has no runs`
      : `none of the ${all.length} runs in ${shown} fulfills ${words.join(" ")}`,
  );
}
