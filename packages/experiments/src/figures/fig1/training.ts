import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import {
  appendRecord,
  forkRun,
  identityOf,
  inputDigest,
  type LockHolder,
  nameOf,
  type RunAllOptions,
  type RunSpec,
  readRecord,
  versionsOf,
  withClaim,
} from "@weightcast/runs";
import { checkpointFilters, readFilters, type TrainedFilters, writeFilters } from "./filters";

/** Options of {@link trainFilters}, as those of `runAll`. */
export type TrainFiltersOptions = Pick<
  RunAllOptions,
  "folder" | "engine" | "execution" | "signal" | "onEvent" | "executor"
>;

/**
 * Trained filters of a run's first layer: read from `<folder>/filters/<id>.json`, or trained by running it, from its
 * checkpoint if there is one. The record of runs only has pictures of filters, so a run may be in it without its filters:
 * then it is run again, with the same numbers.
 * @throws InterruptedError once the signal is aborted; the error that the run failed with; RangeError if its filters are
 *   not on a grid
 */
export async function trainFilters(spec: RunSpec, options: TrainFiltersOptions): Promise<TrainedFilters> {
  const { folder, engine: choice = "auto", execution = "auto", signal, onEvent = () => {} } = options;
  const { executor = forkRun } = options;
  const engine = await useEngine(choice);
  const id = identityOf(spec, await versionsOf(engine, execution), await inputDigest(spec, process.cwd()));
  const file = join(folder, "filters", `${id}.json`);
  const kept = await readFilters(file);
  if (kept) {
    const record = { ...kept.record, spec }; // labels and paths do not identify a run
    onEvent({ id, label: nameOf(spec), type: "skip", record });
    return { ...kept, record };
  }
  const checkpoint = join(folder, "checkpoints", `${id}.checkpoint`);
  const threads = availableParallelism();
  const context = { id, engine, execution, threads, folder: process.cwd(), checkpoint, onEvent };
  let waited = false;
  const onWait = (holder: LockHolder | undefined) => {
    if (!waited) onEvent({ id, label: nameOf(spec), type: "wait", ...(holder && { holder }) });
    waited = true;
  };
  return withClaim(folder, id, { ...(signal && { signal }), onWait }, async (stop) => {
    const meanwhile = waited ? await readFilters(file) : undefined; // by the other process
    if (meanwhile) return meanwhile;
    const record = await executor(spec, { ...context, signal: stop });
    // The last checkpoint holds the state at the end of the run.
    const trained = await checkpointFilters(checkpoint, record);
    await writeFilters(file, trained);
    if (!(await readRecord(folder)).some((earlier) => earlier.id === id)) await appendRecord(folder, record);
    await rm(checkpoint, { force: true });
    return trained;
  });
}
