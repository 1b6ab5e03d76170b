import { InterruptedError } from "../interrupted";
import type { RunRecord } from "../record/record";
import { nameOf, type RunSpec } from "../spec";
import type { RunEvent } from "./events";
import { keepProcess, takeProcess } from "./run-processes";
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
 * Does a run in another process, which never outlives this one. A process that has done a run does the next one on the same engine;
 * one whose run failed, was stopped or loaded somebody's package has ended.
 * @throws an Error with the name, message and code of the run's failure; code INTERRUPTED once it was stopped: after the current steps
 *   and with a checkpoint if it was training, otherwise within about a second; code RUN_CRASHED if its process was killed
 */
export const forkRun: Executor = (spec, { signal, onEvent, order: _, id: __, ...task }) =>
  new Promise((resolve, reject) => {
    const child = takeProcess(task.engine.engine);
    const post = (message: ToWorker) => child.connected && child.send(message);
    let isTraining = false;
    let late: ReturnType<typeof setTimeout> | undefined;
    let failure: Error | undefined;
    const stop = () => {
      post({ type: "stop" });
      late = setTimeout(() => !isTraining && child.kill("SIGKILL"), grace);
    };
    const leave = () => {
      clearTimeout(late);
      signal?.removeEventListener("abort", stop);
      child.off("message", hear).off("error", reject).off("exit", exit);
    };
    const hear = (message: FromWorker) => {
      if (message.type === "event") return onEvent(message.event);
      if (message.type === "training") {
        isTraining = message.active;
        return;
      }
      if (message.type === "done") {
        const { record } = message;
        leave();
        // Code that has been loaded stays, and it may change before the next run.
        if (spec.use.length > 0) child.kill("SIGKILL");
        else keepProcess(task.engine.engine, child);
        onEvent({ id: record.id, label: nameOf(spec), type: "end", record });
        return resolve(record);
      }
      const { name, code, stack } = message;
      const where = message.checkpoint === undefined ? "" : `${message.checkpoint}: `;
      const text = code === "INTERRUPTED" ? message.message : `${nameOf(spec)}: ${where}${message.message}`;
      failure = Object.assign(new Error(text), { name, stack, ...(code !== undefined && { code }) });
    };
    const exit = (code: number | null, killedBy: NodeJS.Signals | null) => {
      leave();
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
    };
    child.on("message", hear).on("error", reject).on("exit", exit);
    signal?.addEventListener("abort", stop);
    post({ type: "run", spec, ...task });
    if (signal?.aborted) stop();
  });
