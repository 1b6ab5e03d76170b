import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { useEngine } from "@weightcast/backend";
import { modelFile } from "../model/model-file";
import type { RunFailure, RunRecord } from "../record/record";
import { recordReader } from "../record/record-reader";
import { sharing } from "../record/shared-values";
import { nameOf, type RunSpec } from "../spec";
import { checkpointFiles } from "./checkpoint-files";
import { checkpointFile } from "./claim";
import { type ClaimedRuns, claimedRuns } from "./claimed-runs";
import type { RunEvent } from "./events";
import { forkRun } from "./fork-run";
import { identifier } from "./identities";
import { type PlannedRun, plannedRun, whilePlanned } from "./planned";
import type { RunAllOptions } from "./run-options";
import { onceOfThreads } from "./thread-log";
import { versionsOf } from "./versions";

/** Runs that a runner is opened for. */
export interface RunnerScope {
  /** Number of runs, which decides the threads of each. */
  readonly expected: number;
  /** Runs whose records are read, with the pictures of their filters. @default all, without them */
  readonly specs?: readonly RunSpec[];
}

/** Runner of runs in a folder: what is in its record, and how the rest is done. */
export async function openRunner({ expected, specs }: RunnerScope, options: RunAllOptions) {
  const {
    folder,
    engine: wanted = "auto",
    execution = "auto",
    missing = "run",
    models = "none",
    events = "none",
    signal,
    onEvent = () => {},
    onDamaged,
    executor = forkRun,
  } = options;
  const engine = await useEngine(wanted);
  const versions = await versionsOf(engine, execution);
  const cores = availableParallelism();
  const { jobs = versions === engine.version && engine.threads > 1 ? 1 : cores } = options;
  if (!Number.isInteger(jobs) || jobs < 1) throw new RangeError(`runAll: jobs must be a positive integer; got ${jobs}`);

  // Independent of how many runs are left, so that sums are rounded alike when the command is repeated.
  const { threads = Math.max(1, Math.floor(cores / Math.min(jobs, Math.max(1, expected)))) } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`runAll: threads must be a positive integer; got ${threads}`);
  const warn = onceOfThreads(threads, options.onOtherThreads);
  const seen = (event: RunEvent) => {
    if (event.type === "resume") warn("resumed", event.threads);
    onEvent(event);
  };

  const idOf = identifier(versions, signal);
  const ids: string[] = [];
  for (const spec of specs ?? []) ids.push(await idOf(spec));
  const done = new Map<string, RunRecord>();
  const failed = new Map<string, RunFailure>();
  const which = specs ? { only: new Set(ids) } : { pictures: "leave" as const };
  const read = recordReader(folder, { ...which, ...(onDamaged && { onDamaged }) });
  const shared = sharing();
  const look = async () => {
    for await (const entry of read()) {
      if ("result" in entry) done.set(entry.id, shared(entry));
      else if ("failure" in entry) failed.set(entry.id, shared(entry));
      else if ("removed" in entry) for (const ends of [done, failed]) ends.delete(entry.id);
    }
  };
  await look();

  const removeCheckpoints = async (id: string, spec: RunSpec) => {
    await Promise.all(checkpointFiles(folder, { id, spec }).map((file) => rm(file, { force: true })));
  };
  /** Whether nothing is left to do for a run in the record. */
  const isSettled = (id: string, spec: RunSpec) =>
    models !== "require" || missing === "leave" || existsSync(modelFile(folder, { id, spec }));
  const found = async (id: string, spec: RunSpec, record: RunRecord) => {
    await removeCheckpoints(id, spec); // left by a crash after the record was written
    warn("found in the record", record.threads);
    onEvent({ id, label: nameOf(spec), type: "skip", record: { ...record, spec } });
  };
  return {
    /** Identities of the runs that it was opened for. */
    ids,
    idOf,
    done,
    failed,
    isSettled,
    /** Reports a run that is in the record. */
    found,
    /**
     * Does runs, each in a claim.
     * @param planned what others are shown of runs that have not begun @default the runs
     * @returns the errors of those that failed
     */
    execute: (
      runs: readonly (readonly [id: string, spec: RunSpec])[],
      {
        planned = runs.map(([id, spec]) => plannedRun(id, spec)),
        ...further
      }: Pick<ClaimedRuns, "more" | "onSettled"> & { readonly planned?: readonly PlannedRun[] } = {},
    ): Promise<unknown[]> =>
      whilePlanned(folder, planned, () =>
        claimedRuns(runs, {
          ...{ folder, jobs, look, done, failed, found, isSettled, removeCheckpoints, onEvent: seen, engine },
          // As those that were read: of thousands of runs, the pictures would fill the memory.
          kept: (record) => (specs ? record : shared({ ...record, result: { ...record.result, filters: [] } })),
          ...(signal && { signal }),
          ...further,
          run: (id, spec, stop, order) =>
            executor(spec, {
              ...{ id, order, engine, execution, threads, onEvent: seen },
              folder: process.cwd(),
              checkpoint: checkpointFile(folder, id),
              ...(models !== "none" && { model: modelFile(folder, { id, spec }) }),
              ...(events !== "none" && { events: { folder, contents: events } }),
              signal: stop,
            }),
        }),
      ),
  };
}
