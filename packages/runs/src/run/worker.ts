import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type EngineReport, useEngine } from "@weightcast/backend";
import { fileStorage } from "@weightcast/training/node";
import { registerBuiltIns } from "../build/dictionaries";
import { keptData } from "../build/kept-data";
import type { EventsChoice } from "../events/run-log";
import type { RunRecord } from "../record/record";
import type { RunSpec } from "../spec";
import { checkpointOf } from "./checkpoint-files";
import type { RunEvent } from "./events";
import { execute } from "./execute";
import type { ExecutionChoice } from "./versions";
import { watchParent } from "./watch-parent";

/** How and where one run is done. */
export interface RunTask {
  /** The engine, and why it was chosen. */
  readonly engine: EngineReport;
  readonly execution: ExecutionChoice;
  /** Threads of a compiled step. */
  readonly threads: number;
  /** Folder that relative paths in the specification start from. */
  readonly folder: string;
  /** The run's checkpoint file. */
  readonly checkpoint: string;
  /** File in which the trained network is saved. @default it is not saved */
  readonly model?: string;
  /** File of the network that the run names as its teacher. @default the run names none */
  readonly teacher?: string;
  /** Event files for TensorBoard. @default none */
  readonly events?: EventsChoice;
}

/** Message to a worker process: a run, and later perhaps a request to stop it. Another run follows once it is done. */
export type ToWorker = ({ readonly type: "run"; readonly spec: RunSpec } & RunTask) | { readonly type: "stop" };

/**
 * Message from a worker process: events except the last, "end"; then the record, after which it waits for another run, or the reason why it
 * failed, after which it ends.
 */
export type FromWorker =
  | { readonly type: "event"; readonly event: RunEvent }
  /** The training begins or ends: only meanwhile does a stopped run have something to store. */
  | { readonly type: "training"; readonly active: boolean }
  | { readonly type: "done"; readonly record: RunRecord }
  | {
      readonly type: "failed";
      readonly name: string;
      readonly message: string;
      readonly code: string | undefined;
      /** Checkpoint that the failure is about, if any. */
      readonly checkpoint: string | undefined;
      readonly stack: string | undefined;
    };

/** Milliseconds between two events of steps or of a download, often enough for a progress bar. */
const stepEvery = 100;

/** Counterpart of `forkRun`: does runs in a process of its own, one after another, so that a fault in one affects no other that goes on. */
export function serve(): void {
  const send = (message: FromWorker) => process.send?.(message, undefined, undefined, () => {});
  /** Sends the last message; sending is asynchronous, and exiting at once would lose it. */
  const end = (message: FromWorker) => process.send?.(message, undefined, undefined, () => process.exit(0));
  let stop = new AbortController();
  const data = keptData();
  // Ctrl-C, a terminal that closes, and the termination signal of job schedulers reach the whole process group: the parent
  // decides what to do.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  // If the parent was killed: this event ends an idle process, and the watch one that computes.
  process.on("disconnect", () => process.exit(1));
  watchParent();
  process.on("message", async (message: ToWorker) => {
    if (message.type === "stop") return stop.abort();
    stop = new AbortController();
    const { engine, reason, considered } = message.engine;
    const fileOf = (layer?: string) => checkpointOf(message.checkpoint, layer);
    try {
      await mkdir(dirname(message.checkpoint), { recursive: true });
      registerBuiltIns();
      const record = await execute(message.spec, {
        engine: { ...(await useEngine(engine)), reason, considered },
        execution: message.execution,
        threads: message.threads,
        folder: message.folder,
        data,
        storage: (layer) => fileStorage(fileOf(layer)),
        ...(message.model !== undefined && { model: message.model }),
        ...(message.teacher !== undefined && { teacher: message.teacher }),
        ...(message.events && { events: message.events }),
        signal: stop.signal,
        onTraining: (active) => send({ type: "training", active }),
        onEvent: thin((event) => event.type !== "end" && send({ type: "event", event })),
      });
      send({ type: "done", record });
    } catch (error) {
      const {
        name,
        message: text,
        code,
        stack,
        layer,
      } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException & { layer?: string };
      const checkpoint = code?.startsWith("CHECKPOINT_") ? fileOf(layer) : undefined;
      end({ type: "failed", name, message: text, code, checkpoint, stack });
    }
  });
}

/** Passes on every event except steps and downloads that follow another within `stepEvery`. */
function thin(pass: (event: RunEvent) => void): (event: RunEvent) => void {
  let last = 0;
  return (event) => {
    const frequent = event.type === "download" || (event.type === "step" && event.step < event.steps);
    const now = performance.now();
    if (frequent && now - last < stepEvery) return;
    if (frequent || event.type === "step") last = now;
    pass(event);
  };
}
