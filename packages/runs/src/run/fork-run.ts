import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InterruptedError } from "../interrupted";
import type { RunRecord } from "../record/record";
import { nameOf, type RunSpec } from "../spec";
import type { RunEvent } from "./events";
import type { FromWorker, RunTask, ToWorker } from "./worker";

/** Function with which `runAll` does one run. */
export type Executor = (
  spec: RunSpec,
  context: RunTask & {
    /** Identity of the run. */
    readonly id: string;
    /** Number of the run among those that are to be done, from 1. @default it is the only one */
    readonly order?: number;
    readonly signal?: AbortSignal;
    readonly onEvent: (event: RunEvent) => void;
  },
) => Promise<RunRecord>;

/**
 * Milliseconds that a stopped run has to end by itself while it does not train. It reads data, makes dictionaries or compiles, often
 * without a pause in which it could hear of the signal, and has nothing to store.
 */
const grace = 1000;

/**
 * Does a run in a process of its own, which never outlives this one.
 * @throws an Error with the name, message and code of the run's failure; code INTERRUPTED once it was stopped: after the current steps
 *   and with a checkpoint if it was training, otherwise within about a second; code RUN_CRASHED if its process was killed
 */
export const forkRun: Executor = (spec, { signal, onEvent, order: _, id: __, ...task }) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), { serialization: "advanced" });
    const ended = killedWithUs(child);
    const post = (message: ToWorker) => child.connected && child.send(message);
    let isTraining = false;
    let late: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      post({ type: "stop" });
      late = setTimeout(() => !isTraining && child.kill("SIGKILL"), grace);
    };
    let record: RunRecord | undefined;
    let failure: Error | undefined;
    child.on("message", (message: FromWorker) => {
      if (message.type === "event") return onEvent(message.event);
      if (message.type === "training") {
        isTraining = message.active;
        return;
      }
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
      ended();
      clearTimeout(late);
      signal?.removeEventListener("abort", stop);
      if (record) return resolve(record);
      if (!failure && signal?.aborted) failure = new InterruptedError();
      reject(
        failure ??
          Object.assign(
            new Error(
              `${nameOf(spec)}: its process ended early (${killedBy ?? `exit code ${code}`}); run it again to continue`,
            ),
            { code: "RUN_CRASHED" },
          ),
      );
    });
    signal?.addEventListener("abort", stop);
    post({ type: "run", spec, ...task });
    if (signal?.aborted) stop();
  });

/** Processes of runs that are going on. */
const children = new Set<ChildProcess>();

const killAll = () => {
  for (const child of children) child.kill("SIGKILL");
};

/** Has a process killed when this one exits, as at a second Ctrl-C. @returns a function to call when it has ended */
function killedWithUs(child: ChildProcess): () => void {
  if (children.size === 0) process.on("exit", killAll);
  children.add(child);
  return () => {
    children.delete(child);
    if (children.size === 0) process.off("exit", killAll);
  };
}
