import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type EngineName, useEngine } from "@weightcast/backend";
import type { RunEvent } from "./events";
import { type Executor, forkRun } from "./fork-run";
import { InterruptedError } from "./interrupted";
import { outsideOf } from "./outside";
import type { RunRecord } from "./record";
import { appendRecord, readRecord } from "./record-file";
import { identityOf, nameOf, type RunSpec } from "./spec";
import { type ExecutionChoice, versionsOf } from "./versions";

/** Options of {@link runAll}. */
export interface RunAllOptions {
  /** Holds the record of runs and their checkpoints; made if absent. */
  readonly folder: string;
  /** @default "auto": native, else wasm, else cpu */
  readonly engine?: "auto" | EngineName;
  /** Whether steps are compiled. @default "auto": where ONNX Runtime is installed */
  readonly execution?: ExecutionChoice;
  /**
   * Runs at a time, each in a process of its own; together they use every core.
   * @default the number of cores; 1 for eager runs on an engine of several threads
   */
  readonly jobs?: number;
  /** What is not in the record: `run` it, or `leave` it out. @default "run" */
  readonly missing?: "run" | "leave";
  /** Aborting it stops the runs after the steps under way, with a checkpoint each. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** How one run is done. @default in a process of its own */
  readonly executor?: Executor;
}

/**
 * Does what is not yet in the folder's record, several runs at a time, and appends each to the record when it ends.
 * A run that was interrupted, by the signal or by kill -9, goes on from its last checkpoint.
 * @returns a record for each specification, in their order; with `missing: "leave"` for those in the record
 * @throws InterruptedError once the signal is aborted; what a run failed with, once all others are done where the fault
 *   is its own (it diverged, its checkpoint is damaged), otherwise at once, the others stopped with a checkpoint
 */
export async function runAll(specs: readonly RunSpec[], options: RunAllOptions): Promise<readonly RunRecord[]> {
  const {
    folder,
    engine: wanted = "auto",
    execution = "auto",
    missing = "run",
    signal,
    onEvent = () => {},
    executor = forkRun,
  } = options;
  const engine = await useEngine(wanted);
  const versions = await versionsOf(engine, execution);
  const cores = availableParallelism();
  const { jobs = versions === engine.version && engine.threads > 1 ? 1 : cores } = options;
  if (!Number.isInteger(jobs) || jobs < 1) throw new RangeError(`runAll: jobs must be a positive integer; got ${jobs}`);

  const checkpointOf = (id: string) => join(folder, "checkpoints", `${id}.checkpoint`);
  const forget = async (id: string, { hidden }: RunSpec) => {
    const parts = ["", ...hidden.map((_, i) => `.layer-${i + 1}`)];
    await Promise.all(parts.map((part) => rm(`${checkpointOf(id)}${part}`, { force: true })));
  };
  const outsides = new Map<string, Promise<string>>();
  const identify = async (spec: RunSpec) => {
    const key = JSON.stringify([spec.use, spec.data.folder]);
    const outside = outsides.get(key) ?? outsideOf(spec, process.cwd());
    outsides.set(key, outside); // runs share their images, which may be large
    return identityOf(spec, versions, await outside);
  };
  const done = new Map((await readRecord(folder)).map((record) => [record.id, record]));
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  signal?.addEventListener("abort", interrupt);
  if (signal?.aborted) interrupt();

  const waiting = new Map<string, RunSpec>();
  const ids: string[] = [];
  for (const spec of specs) {
    const id = await identify(spec);
    ids.push(id);
    const record = done.get(id);
    if (!record) waiting.set(id, spec);
    else {
      await forget(id, spec); // of a crash between its record and its removal
      onEvent({ id, label: nameOf(spec), type: "skip", record: { ...record, spec } });
    }
  }
  const queue = missing === "run" ? [...waiting] : [];
  const workers = Math.min(jobs, queue.length);
  // The same when the command is given again: how many are left must not change how sums are rounded.
  const threads = Math.max(1, Math.floor(cores / Math.min(jobs, Math.max(1, specs.length))));
  const failures: unknown[] = [];
  const work = async () => {
    while (!stop.signal.aborted) {
      const next = queue.shift();
      if (!next) return;
      const [id, spec] = next;
      const checkpoint = checkpointOf(id);
      try {
        const run = { engine, execution, threads, folder: process.cwd(), checkpoint, signal: stop.signal, onEvent };
        const record = await executor(spec, run);
        await appendRecord(folder, record);
        await forget(id, spec);
        done.set(id, record);
      } catch (error) {
        if (stop.signal.aborted) return; // it was stopped
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

/** Whether only this run failed: another has no reason to. */
const isOwnFault = (error: unknown): boolean =>
  /^(DIVERGED|CHECKPOINT_\w+)$/.test(String((error as { readonly code?: unknown } | undefined)?.code));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
