import { setTimeout as sleep } from "node:timers/promises";
import type { EngineReport } from "@weightcast/backend";
import type { LockHolder } from "@weightcast/disk";
import type { RunFailure, RunRecord } from "../record/record";
import { appendRecord } from "../record/record-file";
import { nameOf, type RunSpec } from "../spec";
import { claimOf } from "./claim";
import type { RunEvent } from "./events";
import { isFinal, isOwnFault, messageOf } from "./failures";

/** Context of {@link claimedRuns}. */
export interface ClaimedRuns {
  /** Folder of the record. */
  readonly folder: string;
  /** Number of runs at a time. */
  readonly jobs: number;
  readonly engine: EngineReport;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Does a run until the signal is aborted. @param order number of the run, from 1, in the order in which they were given */
  readonly run: (id: string, spec: RunSpec, stop: AbortSignal, order: number) => Promise<RunRecord>;
  /** Run that trains the network which a run learns from, if that is not kept yet: it is done before. */
  readonly teacherOf: (spec: RunSpec) => Promise<readonly [id: string, spec: RunSpec] | undefined>;
  /** Reads what has been added to the record, into `done` and `failed`. One call at a time. */
  readonly look: () => Promise<void>;
  readonly done: Map<string, RunRecord>;
  readonly failed: Map<string, RunFailure>;
  /** Whether nothing is left to do for a run that is done: its network may be asked for, and not be kept. */
  readonly isSettled: (id: string, spec: RunSpec) => boolean;
  /** Called for a run that another process has finished. */
  readonly found: (id: string, spec: RunSpec, record: RunRecord) => Promise<void>;
  readonly removeCheckpoints: (id: string, spec: RunSpec) => Promise<void>;
  /** What is kept in memory of a record that was written. */
  readonly kept: (record: RunRecord) => RunRecord;
  /** Next run that is decided on while others go on; undefined once there are no more. @default none */
  readonly more?: () => Promise<readonly [id: string, spec: RunSpec] | undefined>;
  /** Called when a run has ended: its record is in `done`, or it failed by a fault of its own. */
  readonly onSettled?: (id: string, spec: RunSpec) => void;
}

/** Milliseconds between two looks at the runs of other processes. */
const lookEvery = 200;

/**
 * Does runs, each under a claim, so that no other process does it at the same time. Those that another process has claimed come last: they
 * are waited for. A run that learns from another's network comes after that run.
 * @returns the errors of the runs that failed
 */
export async function claimedRuns(
  runs: readonly (readonly [id: string, spec: RunSpec])[],
  {
    folder,
    jobs,
    engine,
    signal,
    onEvent,
    run,
    teacherOf,
    look,
    done,
    failed,
    found,
    isSettled,
    removeCheckpoints,
    kept,
    more,
    onSettled,
  }: ClaimedRuns,
): Promise<unknown[]> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  signal?.addEventListener("abort", interrupt);
  if (signal?.aborted) interrupt();
  const queue = [...runs];
  /** Runs that another process has claimed. */
  const later: (readonly [id: string, spec: RunSpec])[] = [];
  const failures: unknown[] = [];
  const claims = new Map<string, ReturnType<typeof claimOf>>();
  const claim = (id: string) => {
    const known = claims.get(id) ?? claimOf(folder, id);
    claims.set(id, known); // it remembers how long another holder has been silent
    return known;
  };
  let looking = Promise.resolve();
  const lookInTurn = () => {
    looking = looking.then(look);
    return looking;
  };

  /** Runs that have failed by a fault of their own. */
  const failedNow = new Set<string>();
  const fail = async (id: string, spec: RunSpec, error: unknown) => {
    failures.push(error);
    failedNow.add(id);
    if (!isOwnFault(error)) return stop.abort();
    const message = messageOf(error);
    onEvent({ id, label: nameOf(spec), type: "fail", message });
    if (!isFinal(error) || failed.get(id)?.failure.message === message) return;
    const failure = { code: String((error as { readonly code?: unknown }).code), message };
    await appendRecord(folder, { id, spec, engine, failure, finished: new Date().toISOString() });
  };

  /** @returns whether the run is settled; if not, another process has taken it over */
  const whileClaimed = async (id: string, spec: RunSpec, lost: AbortSignal, order: number): Promise<boolean> => {
    await lookInTurn(); // another process may have done it meanwhile
    const record = done.get(id);
    if (record && isSettled(id, spec)) {
      await found(id, spec, record);
      return true;
    }
    try {
      const trained = await run(id, spec, AbortSignal.any([stop.signal, lost]), order);
      if (lost.aborted) return false;
      // Recorded twice, a run would count twice.
      if (!record) await appendRecord(folder, trained);
      await removeCheckpoints(id, spec);
      done.set(id, record ?? kept(trained));
    } catch (error) {
      if (stop.signal.aborted) return true; // the run was stopped
      if (lost.aborted) return false;
      await fail(id, spec, error);
    }
    return true;
  };

  const waited = new Set<string>();
  const noteWait = (id: string, spec: RunSpec, holder?: LockHolder) => {
    if (!waited.has(id)) onEvent({ id, label: nameOf(spec), type: "wait", ...(holder && { holder }) });
    waited.add(id);
  };
  const orders = new Map<string, number>();
  /** Runs that this process is doing. */
  const active = new Set<string>();
  /** Does a run, or leaves it to another job or process. @returns whether it is settled */
  const settle = async (id: string, spec: RunSpec): Promise<boolean> => {
    if (active.has(id)) return false;
    active.add(id);
    try {
      const order = orders.get(id) ?? orders.size + 1;
      orders.set(id, order);
      const result = await (await claim(id))((lost) => whileClaimed(id, spec, lost, order));
      const isSettled = result.done && result.value;
      if (isSettled) claims.delete(id);
      else noteWait(id, spec, result.done ? undefined : result.holder);
      return isSettled;
    } finally {
      active.delete(id);
    }
  };
  /** Whether the network is there that a run learns from, after its run is done if nobody else does it. */
  const teacherFor = async (spec: RunSpec): Promise<"there" | "later" | "failed"> => {
    const teacher = await teacherOf(spec);
    if (!teacher) return "there";
    if (!failedNow.has(teacher[0]) && !(await settle(...teacher))) return "later";
    if (failedNow.has(teacher[0])) return "failed";
    return (await teacherOf(spec)) ? "later" : "there";
  };
  const tried = new Set<string>();
  const attempt = async (id: string, spec: RunSpec) => {
    const teacher = await teacherFor(spec);
    if (teacher === "failed") {
      const message = `${nameOf(spec)}: the run that trains its teacher has failed`;
      await fail(id, spec, Object.assign(new Error(message), { code: "TEACHER_FAILED" }));
    }
    if (teacher === "failed" || (teacher === "there" && (await settle(id, spec)))) {
      if (!stop.signal.aborted) onSettled?.(id, spec);
      return;
    }
    later.push([id, spec]);
    if (tried.has(id)) await sleep(lookEvery, undefined, { signal: stop.signal }).catch(() => {});
    tried.add(id);
  };
  const stopped = new Promise<undefined>((resolve) => stop.signal.addEventListener("abort", () => resolve(undefined)));
  /** Runs of one of the jobs: first those of the list, then those of `more`, and while it waits those that others have claimed. */
  const taker = () => {
    let asked: ReturnType<NonNullable<typeof more>> | undefined;
    return async (): Promise<readonly [id: string, spec: RunSpec] | undefined> => {
      while (!stop.signal.aborted) {
        const first = queue.shift();
        if (first || !more) return first ?? later.shift();
        asked ??= more();
        const soon = later.length > 0 ? [sleep(lookEvery).then(() => "late" as const)] : [];
        const next = await Promise.race([asked, stopped, ...soon]);
        if (next !== "late") {
          if (next) asked = undefined;
          return next ?? later.shift();
        }
        const claimed = later.shift();
        if (claimed) return claimed;
      }
      return undefined;
    };
  };
  const work = async () => {
    const take = taker();
    while (!stop.signal.aborted) {
      try {
        const next = await take();
        if (!next) return;
        await attempt(...next);
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: more ? jobs : Math.min(jobs, queue.length) }, work));
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
  return failures;
}
