import { setTimeout as sleep } from "node:timers/promises";
import type { EngineReport } from "@weightcast/backend";
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
 * are waited for.
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

  const fail = async (id: string, spec: RunSpec, error: unknown) => {
    failures.push(error);
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
  const orders = new Map<string, number>();
  const attempt = async (id: string, spec: RunSpec) => {
    const order = orders.get(id) ?? orders.size + 1;
    orders.set(id, order);
    const result = await (await claim(id))((lost) => whileClaimed(id, spec, lost, order));
    if (result.done && result.value) {
      claims.delete(id);
      if (!stop.signal.aborted) onSettled?.(id, spec);
      return;
    }
    later.push([id, spec]);
    if (waited.has(id)) await sleep(lookEvery, undefined, { signal: stop.signal }).catch(() => {});
    else
      onEvent({
        id,
        label: nameOf(spec),
        type: "wait",
        ...(!result.done && result.holder && { holder: result.holder }),
      });
    waited.add(id);
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
