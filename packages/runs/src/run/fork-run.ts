import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineReport } from "@weightcast/backend";
import type { RunRecord } from "../record/record";
import { nameOf, type RunSpec } from "../spec";
import type { RunEvent } from "./events";
import type { ExecutionChoice } from "./versions";
import type { FromWorker, ToWorker } from "./worker";

/** Function with which `runAll` does one run. */
export type Executor = (
  spec: RunSpec,
  context: {
    readonly engine: EngineReport;
    readonly execution: ExecutionChoice;
    /** Threads of a compiled step. */
    readonly threads: number;
    /** Folder that relative paths in the specification start from. */
    readonly folder: string;
    /** The run's checkpoint file. */
    readonly checkpoint: string;
    readonly signal?: AbortSignal;
    readonly onEvent: (event: RunEvent) => void;
  },
) => Promise<RunRecord>;

/**
 * Does a run in a process of its own.
 * @throws an Error with the name, message and code of the run's failure; code INTERRUPTED once it was stopped
 */
export const forkRun: Executor = (spec, { engine, execution, threads, folder, checkpoint, signal, onEvent }) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), { serialization: "advanced" });
    const post = (message: ToWorker) => child.connected && child.send(message);
    const stop = () => post({ type: "stop" });
    let record: RunRecord | undefined;
    let failure: Error | undefined;
    child.on("message", (message: FromWorker) => {
      if (message.type === "event") return onEvent(message.event);
      if (message.type === "done") {
        record = message.record;
        return onEvent({ id: record.id, label: nameOf(spec), type: "end", record });
      }
      const { name, code, stack } = message;
      const where = message.checkpoint === undefined ? "" : `${message.checkpoint}: `;
      const text = code === "INTERRUPTED" ? message.message : `${nameOf(spec)}: ${where}${message.message}`;
      failure = Object.assign(new Error(text), { name, stack, ...(code !== undefined && { code }) });
    });
    child.on("error", reject);
    child.on("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (record) return resolve(record);
      reject(
        failure ??
          new Error(
            `${nameOf(spec)}: its process ended early (${killedBy ?? `exit code ${code}`}); run it again to continue`,
          ),
      );
    });
    signal?.addEventListener("abort", stop);
    post({ type: "run", spec, engine, execution, threads, folder, checkpoint });
    if (signal?.aborted) stop();
  });
