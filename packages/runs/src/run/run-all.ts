import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type EngineName, useEngine } from "@weightcast/backend";
import { InterruptedError } from "../interrupted";
import type { RunRecord } from "../record/record";
import { appendRecord, type DamagedLine, recordsIn } from "../record/record-file";
import { identityOf, layersOf, nameOf, type RunSpec } from "../spec";
import type { RunEvent } from "./events";
import { type Executor, forkRun } from "./fork-run";
import { inputDigest } from "./input-digest";
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
 * run that was interrupted, by the signal or by kill -9, continues from its last checkpoint.
 * @returns a record for each specification, in their order; with `missing: "leave"` only for those in the record
 * @throws InterruptedError once the signal is aborted; the error of a failed run: after all others are done if the fault is its
 *   own (it diverged, its checkpoint is damaged), otherwise at once, the others being stopped with a checkpoint
 */
export async function runAll(specs: readonly RunSpec[], options: RunAllOptions): Promise<readonly RunRecord[]> {
  const {
    folder,
    engine: wanted = "auto",
    execution = "auto",
    missing = "run",
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

  const checkpointFile = (id: string) => join(folder, "checkpoints", `${id}.checkpoint`);
  const removeCheckpoints = async (id: string, { network }: RunSpec) => {
    const layers = [undefined, "threads", ...layersOf(network).map(({ name }) => name)];
    await Promise.all(layers.map((layer) => rm(checkpointOf(checkpointFile(id), layer), { force: true })));
  };
  const digests = new Map<string, Promise<string>>();
  const identify = async (spec: RunSpec) => {
    const key = JSON.stringify([spec.use, spec.data.folder]);
    const digest = digests.get(key) ?? inputDigest(spec, process.cwd());
    digests.set(key, digest); // runs share their images, which may be large
    return identityOf(spec, versions, await digest);
  };
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  signal?.addEventListener("abort", interrupt);
  if (signal?.aborted) interrupt();

  const ids: string[] = [];
  for (const spec of specs) ids.push(await identify(spec));
  const asked = new Set(ids);
  const done = new Map<string, RunRecord>();
  for await (const record of recordsIn(folder, onDamaged && { onDamaged }))
    if (asked.has(record.id)) done.set(record.id, record);

  const waiting = new Map<string, RunSpec>();
  for (const [i, spec] of specs.entries()) {
    const id = ids[i]!;
    const record = done.get(id);
    if (!record) waiting.set(id, spec);
    else {
      await removeCheckpoints(id, spec); // left by a crash after the record was written
      warn("found in the record", record.threads);
      onEvent({ id, label: nameOf(spec), type: "skip", record: { ...record, spec } });
    }
  }
  const seen = (event: RunEvent) => {
    if (event.type === "resume") warn("resumed", event.threads);
    onEvent(event);
  };
  const queue = missing === "run" ? [...waiting] : [];
  const workers = Math.min(jobs, queue.length);
  const failures: unknown[] = [];
  const work = async () => {
    while (!stop.signal.aborted) {
      const next = queue.shift();
      if (!next) return;
      const [id, spec] = next;
      const checkpoint = checkpointFile(id);
      try {
        const run = {
          engine,
          execution,
          threads,
          folder: process.cwd(),
          checkpoint,
          signal: stop.signal,
          onEvent: seen,
        };
        const record = await executor(spec, run);
        await appendRecord(folder, record);
        await removeCheckpoints(id, spec);
        done.set(id, record);
      } catch (error) {
        if (stop.signal.aborted) return; // the run was stopped
        failures.push(error);
        if (!isOwnFault(error)) stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  signal?.removeEventListener("abort", interrupt);
  const undone = missing === "run" && [...waiting.keys()].some((id) => !done.has(id));
  if (undone && signal?.aborted) throw new InterruptedError();
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new Error(`${failures.length} runs failed, the others are done:\n  ${failures.map(messageOf).join("\n  ")}`);
  return specs.flatMap((spec, i) => {
    const record = done.get(ids[i]!);
    return record ? { ...record, spec } : [];
  });
}

/** Whether the failure is this run's own and says nothing about the others. */
const isOwnFault = (error: unknown): boolean =>
  /^(DIVERGED|CHECKPOINT_\w+)$/.test(String((error as { readonly code?: unknown } | undefined)?.code));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
