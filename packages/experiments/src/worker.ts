import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type EngineReport, useEngine } from "@weightcast/backend";
import { fileStorage } from "@weightcast/training/node";
import { registerBuiltIns } from "./dictionaries";
import type { RunEvent } from "./events";
import { execute } from "./execute";
import type { RunSpec } from "./spec";

/** What a worker process is told: one run, then perhaps to stop it. */
export type ToWorker =
  | {
      readonly type: "run";
      readonly spec: RunSpec;
      /** The parent's: which one, and why. */
      readonly engine: EngineReport;
      readonly folder: string;
      readonly checkpoint: string;
    }
  | { readonly type: "stop" };

/** What it answers: events, the last of them "end"; or why it failed. */
export type FromWorker =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "failed"; readonly name: string; readonly message: string; readonly code: string | undefined };

/** Milliseconds between two step events: enough for a progress bar. */
const stepEvery = 100;

/** The other side of `forkRun`: one run in a process of its own, so that a fault in it takes nothing else along. */
export function serve(): void {
  const send = (message: FromWorker) => process.send?.(message);
  const stop = new AbortController();
  // Ctrl-C reaches the whole group of processes: the parent decides what it means.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(1));
  process.on("message", async (message: ToWorker) => {
    if (message.type === "stop") return stop.abort();
    const { engine, reason, considered } = message.engine;
    try {
      await mkdir(dirname(message.checkpoint), { recursive: true });
      registerBuiltIns();
      await execute(message.spec, {
        engine: { ...(await useEngine(engine)), reason, considered },
        folder: message.folder,
        storage: fileStorage(message.checkpoint),
        signal: stop.signal,
        onEvent: thin((event) => send({ type: "event", event })),
      });
    } catch (error) {
      const {
        name,
        message: text,
        code,
      } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
      send({ type: "failed", name, message: text, code });
    }
    process.disconnect();
  });
}

/** Passes every event on but steps that follow another within `stepEvery`. */
function thin(pass: (event: RunEvent) => void): (event: RunEvent) => void {
  let last = 0;
  return (event) => {
    const now = performance.now();
    if (event.type === "step" && now - last < stepEvery && event.step < event.steps) return;
    if (event.type === "step") last = now;
    pass(event);
  };
}
