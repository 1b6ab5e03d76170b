import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { useEngine } from "@weightcast/backend";
import { modelFile } from "../model/model-file";
import type { RunFailure, RunRecord } from "../record/record";
import { recordReader } from "../record/record-reader";
import { sharing } from "../record/shared-values";
import { nameOf, type RunSpec, teacherRun } from "../spec";
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
  /** Run that trains the teacher of another, under the name that it has among the runs. */
  const teacherOf = async (spec: RunSpec): Promise<readonly [id: string, spec: RunSpec] | undefined> => {
    const run = teacherRun(spec);
    if (!run) return undefined;
    const id = await idOf(run);
    return [id, specs?.[ids.indexOf(id)] ?? run];
  };
  const teacherIds: string[] = [];
  for (const spec of specs ?? []) {
    const teacher = await teacherOf(spec);
    if (teacher) teacherIds.push(teacher[0]);
  }
  const which = specs ? { only: new Set([...ids, ...teacherIds]) } : { pictures: "leave" as const };
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
  const fileOf = ([id, spec]: readonly [id: string, spec: RunSpec]) => modelFile(folder, { id, spec });
  /** Runs whose networks are kept for others, which learn from them, by their identities. */
  const teachers = new Map<string, RunSpec>();
  /** Whether nothing is left to do for a run in the record. */
  const isSettled = (id: string, spec: RunSpec) =>
    (models !== "require" && !teachers.has(id)) || missing === "leave" || existsSync(fileOf([id, spec]));
  const keptTeacherOf = async (spec: RunSpec) => {
    const teacher = await teacherOf(spec);
    if (teacher) teachers.set(...teacher);
    return teacher;
  };
  for (const [i, spec] of (specs ?? []).entries())
    if (!done.has(ids[i]!) || !isSettled(ids[i]!, spec)) await keptTeacherOf(spec);
  const teachersToDo = () => [...teachers].filter(([id, spec]) => !done.has(id) || !isSettled(id, spec));
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
        planned = [...new Map([...teachersToDo(), ...runs])].map(([id, spec]) => plannedRun(id, spec)),
        ...further
      }: Pick<ClaimedRuns, "more" | "onSettled"> & { readonly planned?: readonly PlannedRun[] } = {},
    ): Promise<unknown[]> =>
      whilePlanned(folder, planned, () =>
        claimedRuns(runs, {
          async teacherOf(spec) {
            const teacher = await keptTeacherOf(spec);
            return teacher && !existsSync(fileOf(teacher)) ? teacher : undefined;
          },
          ...{ folder, jobs, look, done, failed, found, isSettled, removeCheckpoints, onEvent: seen, engine },
          // As those that were read: of thousands of runs, the pictures would fill the memory.
          kept: (record) => (specs ? record : shared({ ...record, result: { ...record.result, filters: [] } })),
          ...(signal && { signal }),
          ...further,
          async run(id, spec, stop, order) {
            const teacher = await teacherOf(spec);
            return executor(spec, {
              ...{ id, order, engine, execution, threads, onEvent: seen },
              folder: process.cwd(),
              checkpoint: checkpointFile(folder, id),
              ...((models !== "none" || teachers.has(id)) && { model: fileOf([id, spec]) }),
              ...(teacher && { teacher: fileOf(teacher) }),
              ...(events !== "none" && { events: { folder, contents: events } }),
              signal: stop,
            });
          },
        }),
      ),
  };
}
