import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineName } from "@weightcast/backend";
import type { RunEvent } from "./events";
import { InterruptedError } from "./interrupted";
import type { RunRecord } from "./record";
import type { RunSpec } from "./spec";
import type { FromWorker, ToWorker } from "./worker";

/** How `runAll` has one run done. */
export type Executor = (
  spec: RunSpec,
  surroundings: {
    readonly engine: EngineName;
    /** What relative paths in the specification are relative to. */
    readonly folder: string;
    /** The run's checkpoint file. */
    readonly checkpoint: string;
    readonly signal?: AbortSignal;
    readonly onEvent: (event: RunEvent) => void;
  },
) => Promise<RunRecord>;

/** Does a run in a process of its own. @throws InterruptedError, or an Error with what the run failed with */
export const forkRun: Executor = (spec, { engine, folder, checkpoint, signal, onEvent }) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), { serialization: "advanced" });
    const tell = (message: ToWorker) => child.connected && child.send(message);
    const stop = () => tell({ type: "stop" });
    let record: RunRecord | undefined;
    let failure: Error | undefined;
    child.on("message", (message: FromWorker) => {
      if (message.type === "failed") {
        const error = Object.assign(new Error(message.message), { name: message.name });
        failure = message.interrupted ? new InterruptedError() : error;
        return;
      }
      if (message.event.type === "end") record = message.event.record;
      onEvent(message.event);
    });
    child.on("error", reject);
    child.on("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (record) return resolve(record);
      reject(
        failure ??
          new Error(
            `${spec.label}: its process ended early (${killedBy ?? `exit code ${code}`}); run it again to go on`,
          ),
      );
    });
    signal?.addEventListener("abort", stop);
    tell({ type: "run", spec, engine, folder, checkpoint });
    if (signal?.aborted) stop();
  });
