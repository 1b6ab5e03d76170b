import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type EngineReport, useEngine } from "@weightcast/backend";
import { fileStorage } from "@weightcast/training/node";
import { registerBuiltIns } from "./dictionaries";
import type { RunEvent } from "./events";
import { execute } from "./execute";
import type { RunRecord } from "./record";
import type { RunSpec } from "./spec";
import type { ExecutionChoice } from "./versions";

/** What a worker process is told: one run, then perhaps to stop it. */
export type ToWorker =
  | {
      readonly type: "run";
      readonly spec: RunSpec;
      /** The parent's: which one, and why. */
      readonly engine: EngineReport;
      readonly execution: ExecutionChoice;
      readonly threads: number;
      readonly folder: string;
      readonly checkpoint: string;
    }
  | { readonly type: "stop" };

/** What it answers: events but the last, "end"; then the record, or why it failed. */
export type FromWorker =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "done"; readonly record: RunRecord }
  | {
      readonly type: "failed";
      readonly name: string;
      readonly message: string;
      readonly code: string | undefined;
      /** The checkpoint it is about, if any. */
      readonly checkpoint: string | undefined;
      readonly stack: string | undefined;
    };

/** Milliseconds between two events of steps or of a download: enough for a progress bar. */
const stepEvery = 100;

/** The other side of `forkRun`: one run in a process of its own, so that a fault in it takes nothing else along. */
export function serve(): void {
  /** A parent that was killed is heard of by "disconnect". */
  const send = (message: FromWorker) => process.send?.(message, undefined, undefined, () => {});
  /** The last message: sending is asynchronous, and a closed channel would lose it. */
  const end = (message: FromWorker) => process.send?.(message, undefined, undefined, () => process.exit(0));
  const stop = new AbortController();
  // Ctrl-C, and a terminating signal as job schedulers send it, reach the whole group: the parent decides what it means.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  process.on("disconnect", () => process.exit(1));
  process.on("message", async (message: ToWorker) => {
    if (message.type === "stop") return stop.abort();
    const { engine, reason, considered } = message.engine;
    const fileOf = (layer?: number) =>
      layer === undefined ? message.checkpoint : `${message.checkpoint}.layer-${layer}`;
    try {
      await mkdir(dirname(message.checkpoint), { recursive: true });
      registerBuiltIns();
      const record = await execute(message.spec, {
        engine: { ...(await useEngine(engine)), reason, considered },
        execution: message.execution,
        threads: message.threads,
        folder: message.folder,
        storage: (layer) =>
          fileStorage(layer === undefined ? message.checkpoint : `${message.checkpoint}.layer-${layer}`),
        signal: stop.signal,
        onEvent: thin((event) => event.type !== "end" && send({ type: "event", event })),
      });
      end({ type: "done", record });
    } catch (error) {
      const {
        name,
        message: text,
        code,
        stack,
        layer,
      } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException & { layer?: number };
      const checkpoint = code?.startsWith("CHECKPOINT_") ? fileOf(layer) : undefined;
      end({ type: "failed", name, message: text, code, checkpoint, stack });
    }
  });
}

/** Passes every event on but steps and downloads that follow another within `stepEvery`. */
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
