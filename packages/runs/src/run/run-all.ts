import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { type EngineName, useEngine } from "@weightcast/backend";
import { InterruptedError } from "../interrupted";
import { modelFile } from "../model/model-file";
import type { RunFailure, RunRecord } from "../record/record";
import { type DamagedLine, recordReader } from "../record/record-file";
import { layersOf, nameOf, type RunSpec } from "../spec";
import { checkpointFile } from "./claim";
import { claimedRuns } from "./claimed-runs";
import type { RunEvent } from "./events";
import { failureOf } from "./failures";
import { type Executor, forkRun } from "./fork-run";
import { identities } from "./identities";
import { onceOfThreads } from "./thread-log";
import { type ExecutionChoice, versionsOf } from "./versions";
import { checkpointOf } from "./worker";

/** Options of {@link runAll}. */
export interface RunAllOptions {
  /** Folder for the record of runs and their checkpoints; created if absent. */
  readonly folder: string;
  /** @default "auto": native, else wasm, else cpu */
  readonly engine?: "auto" | EngineName;
  /** How steps are computed. @default "auto": compiled if ONNX Runtime is installed */
  readonly execution?: ExecutionChoice;
  /**
   * Number of runs at a time, each in a process of its own; together they use every core.
   * @default the number of cores; 1 for eager runs on an engine with several threads
   */
  readonly jobs?: number;
  /**
   * Threads of the compiled steps of each run, on which the last digits of its numbers depend.
   * @default the number of cores divided by the number of runs at a time
   */
  readonly threads?: number;
  /** Called once with a sentence if runs that are found or resumed were computed with another number of threads. */
  readonly onOtherThreads?: (message: string) => void;
  /** Runs that are not in the record: `run` them, or `leave` them out. @default "run" */
  readonly missing?: "run" | "leave";
  /**
   * What becomes of the trained networks: `none` is saved; each is saved as `modelFile` names it, before its line in
   * the record (`keep`); the same, and a run that is in the record without that file is trained again (`require`). @default "none"
   */
  readonly models?: "none" | "keep" | "require";
  /** Aborting it stops the runs after their current steps, each with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Called for each damaged line of the record; its run counts as not done. @default console.warn */
  readonly onDamaged?: (line: DamagedLine) => void;
  /** Function that does one run. @default `forkRun`, in a process of its own */
  readonly executor?: Executor;
}

/**
 * Executes the runs that are not yet in the folder's record, several at a time, and appends each to the record when it ends. A
 * run that was interrupted, by the signal or by kill -9, continues from its last checkpoint. A run that another process is doing in
 * the same folder is left to it, until all others are done; then its result is waited for, or the run is taken over if that process is
 * gone.
 * @returns a record for each specification, in their order; with `missing: "leave"` only for those in the record
 * @throws InterruptedError once the signal is aborted; the error of a failed run: after all others are done if the fault is its
 *   own (it diverged, its checkpoint is damaged), otherwise at once, the others being stopped with a checkpoint. A run that diverged is
 *   in the record as a failure, and is tried again by the next call; of several failures the error has the code `RUNS_FAILED`
 */
export async function runAll(specs: readonly RunSpec[], options: RunAllOptions): Promise<readonly RunRecord[]> {
  const {
    folder,
    engine: wanted = "auto",
    execution = "auto",
    missing = "run",
    models = "none",
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
  const { threads = Math.max(1, Math.floor(cores / Math.min(jobs, Math.max(1, specs.length)))) } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`runAll: threads must be a positive integer; got ${threads}`);
  const warn = onceOfThreads(threads, options.onOtherThreads);
  const seen = (event: RunEvent) => {
    if (event.type === "resume") warn("resumed", event.threads);
    onEvent(event);
  };

  const ids = await identities(specs, versions, signal);
  const asked = new Set(ids);
  const done = new Map<string, RunRecord>();
  const failed = new Map<string, RunFailure>();
  const read = recordReader(folder, { only: asked, ...(onDamaged && { onDamaged }) });
  const look = async () => {
    for await (const entry of read()) {
      if ("result" in entry) done.set(entry.id, entry);
      else if ("failure" in entry) failed.set(entry.id, entry);
      else if ("removed" in entry) for (const ends of [done, failed]) ends.delete(entry.id);
    }
  };
  await look();

  const removeCheckpoints = async (id: string, { network }: RunSpec) => {
    const layers = [undefined, "threads", "quantized", ...layersOf(network).map(({ name }) => name)];
    await Promise.all(layers.map((layer) => rm(checkpointOf(checkpointFile(folder, id), layer), { force: true })));
  };
  /** Whether nothing is left to do for a run in the record. */
  const specOf = new Map(ids.map((id, i) => [id, specs[i]!]));
  const isSettled = (id: string) =>
    models !== "require" || missing === "leave" || existsSync(modelFile(folder, { id, spec: specOf.get(id)! }));
  const found = async (id: string, spec: RunSpec, record: RunRecord) => {
    await removeCheckpoints(id, spec); // left by a crash after the record was written
    warn("found in the record", record.threads);
    onEvent({ id, label: nameOf(spec), type: "skip", record: { ...record, spec } });
  };
  const waiting = new Map<string, RunSpec>();
  for (const [i, spec] of specs.entries()) {
    const id = ids[i]!;
    const [record, failure] = [done.get(id), failed.get(id)];
    if (record && isSettled(id)) {
      await found(id, spec, record);
      continue;
    }
    if (record) onEvent({ id, label: nameOf(spec), type: "again" });
    waiting.set(id, spec);
    if (failure && missing === "leave") {
      const { finished, failure: fault } = failure;
      onEvent({ id, label: nameOf(spec), type: "fail", message: fault.message, finished });
    }
  }

  const failures =
    missing === "leave"
      ? []
      : await claimedRuns([...waiting], {
          ...{ folder, jobs, look, done, failed, found, isSettled, removeCheckpoints, onEvent: seen },
          ...(signal && { signal }),
          run: (id, spec, stop) =>
            executor(spec, {
              ...{ engine, execution, threads, onEvent: seen },
              folder: process.cwd(),
              checkpoint: checkpointFile(folder, id),
              ...(models !== "none" && { model: modelFile(folder, { id, spec }) }),
              signal: stop,
            }),
          engine,
        });
  const undone = missing === "run" && [...waiting.keys()].some((id) => !done.has(id) || !isSettled(id));
  if (undone && signal?.aborted) throw new InterruptedError();
  if (failures.length > 0) throw failureOf(failures);
  return specs.flatMap((spec, i) => {
    const record = done.get(ids[i]!);
    return record ? { ...record, spec } : [];
  });
}
