import type { Executor } from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";
import { type ConnectionOptions, connectionsTo } from "./connections";
import { hostOf } from "./host";
import type { Retries } from "./job";
import { type Line, openLine } from "./line";

/** Options of {@link openQueue}. */
export interface OpenQueueOptions extends ConnectionOptions, Partial<Retries> {
  /** Milliseconds between two looks at what was not heard of. @default 30_000 */
  readonly lookMs?: number;
  /**
   * Store through which trained networks come back, the workers' own; what they leave there of runs that are done is removed.
   * @default networks are in the folder, which all machines share
   */
  readonly store?: ObjectStore;
}

/** Queue of runs in Redis, which workers on any machine do. */
export interface RunQueue {
  /** Address without user and password. */
  readonly name: string;
  /**
   * Does a run by putting it into the queue and waiting for its record: for `runAll` and `runSweep`, which keep the record. The run is
   * done once, whoever asks for it. If its worker is gone another one goes on, from the checkpoint if they share the folder or a store.
   */
  readonly executor: Executor;
  /** Number of runs that are in the queue at a time, for the option `jobs`: enough for any number of workers. */
  readonly jobs: number;
  /** Removes the jobs whose records were read, and closes the connections. */
  close(): Promise<void>;
}

/** Runs in the queue at a time: thousands more would only take memory of the server. */
const jobs = 256;

/**
 * Queue of runs in Redis. Waits until the server answers.
 * @param url `redis://user:password@host:port/database`, or `rediss://` with TLS
 * @throws RangeError if `url` is no such address; an Error if the server refuses the password; InterruptedError once the signal is aborted
 */
export async function openQueue(url: string, options: OpenQueueOptions = {}): Promise<RunQueue> {
  const { attempts = 5, retryMs = 2000, lookMs = 30_000, store, signal, onNote = () => {} } = options;
  const connections = await connectionsTo(url, { ...(signal && { signal }), onNote });
  const lines = new Map<string, Promise<Line>>();
  const executor: Executor = async (spec, context) => {
    const host = await hostOf(context.engine, context.execution);
    const { folder } = context;
    const line =
      lines.get(host.key) ??
      openLine(connections, host, { attempts, retryMs, lookMs, onNote, folder, ...(store && { store }) });
    lines.set(host.key, line);
    return (await line).run(spec, context);
  };
  return {
    name: connections.name,
    executor,
    jobs,
    async close() {
      for (const line of lines.values()) await (await line).close();
      connections.close();
    },
  };
}
