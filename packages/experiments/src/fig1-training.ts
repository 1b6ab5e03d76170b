import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { checkpointFilters, readFilters, type TrainedFilters, writeFilters } from "./fig1-filters";
import { forkRun } from "./fork-run";
import { outsideOf } from "./outside";
import { appendRecord, readRecord } from "./record-file";
import type { RunAllOptions } from "./run-all";
import { identityOf, nameOf, type RunSpec } from "./spec";
import { versionsOf } from "./versions";

/** Options of {@link trainFilters}: those of `runAll`. */
export type TrainFiltersOptions = Pick<
  RunAllOptions,
  "folder" | "engine" | "execution" | "signal" | "onEvent" | "executor"
>;

/**
 * The filters of a run's first layer, trained: from `<folder>/filters/<id>.json`, or else by doing the run, from its
 * checkpoint if there is one. The record of runs has pictures of filters only, so that a run may be in it without its
 * filters being kept: then it is done again, with the same numbers.
 * @throws InterruptedError once the signal is aborted; what the run failed with; RangeError if its filters are on no grid
 */
export async function trainFilters(spec: RunSpec, options: TrainFiltersOptions): Promise<TrainedFilters> {
  const { folder, engine: wanted = "auto", execution = "auto", signal, onEvent = () => {} } = options;
  const { executor = forkRun } = options;
  const engine = await useEngine(wanted);
  const id = identityOf(spec, await versionsOf(engine, execution), await outsideOf(spec, process.cwd()));
  const file = join(folder, "filters", `${id}.json`);
  const kept = await readFilters(file);
  if (kept) {
    const record = { ...kept.record, spec }; // labels and paths do not identify a run
    onEvent({ id, label: nameOf(spec), type: "skip", record });
    return { ...kept, record };
  }
  const checkpoint = join(folder, "checkpoints", `${id}.checkpoint`);
  const threads = availableParallelism();
  const around = { engine, execution, threads, folder: process.cwd(), checkpoint, ...(signal && { signal }), onEvent };
  const record = await executor(spec, around);
  // The state at the end is the last that was stored.
  const trained = await checkpointFilters(checkpoint, record);
  await writeFilters(file, trained);
  if (!(await readRecord(folder)).some((earlier) => earlier.id === id)) await appendRecord(folder, record);
  await rm(checkpoint, { force: true });
  return trained;
}
