import { availableParallelism } from "node:os";
import { type EngineName, useEngine } from "@weightcast/backend";
import {
  checkpointFile,
  checkpointFiles,
  digester,
  type ExecutionChoice,
  type Executor,
  forkRun,
  modelFile,
  type RunEvent,
  registerBuiltIns,
  resolveRun,
  versionsOf,
} from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";
import { DelayedError, type Job, WaitingError, Worker } from "bullmq";
import { checkedJob } from "./checked-job";
import { type ConnectionOptions, connectionsTo } from "./connections";
import { finishedRuns } from "./finished-runs";
import { hostOf, nameOfHost } from "./host";
import { type JobProgress, jobIn, type Outcome, prefix, queueName, stopKey } from "./job";
import { announce, present } from "./presence";
import { sparse } from "./sparse";
import { lastCopyMs, takenOver, throughStore } from "./through-store";
import { within } from "./within";

/** Options of {@link serveQueue}. */
export interface ServeQueueOptions extends ConnectionOptions {
  /** Folder for checkpoints and networks: the coordinator's, if the machines share one, so that others go on where this one stopped. */
  readonly folder: string;
  /**
   * Store that all workers reach, for machines that share no folder: checkpoints are copied there every `goneMs`, and when a run is
   * stopped, and others go on from the copy. The folder is then this worker's own. @default none
   */
  readonly store?: ObjectStore;
  /** @default "auto": native, else wasm, else cpu */
  readonly engine?: "auto" | EngineName;
  /** How steps are computed. @default "auto": compiled if ONNX Runtime is installed */
  readonly execution?: ExecutionChoice;
  /** Number of runs at a time. @default the number of cores */
  readonly jobs?: number;
  /** Whether packages that runs name in `use` may be loaded, which runs their code. @default false */
  readonly allowUse?: boolean;
  /** Milliseconds of silence after which a worker counts as gone; the same for all workers. @default 30_000 */
  readonly goneMs?: number;
  /** Milliseconds before a run that this worker refused is offered again, to any worker. @default 10_000 */
  readonly refusalMs?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Function that does one run. @default `forkRun`, in another process */
  readonly executor?: Executor;
}

/** Milliseconds between two questions whether a run is to be stopped. */
const stopEvery = 1000;
/** Milliseconds that a server which does not answer is waited for at the end. */
const patience = 5000;
/** Milliseconds after which the coordinator is taken to have the record of a run. */
const recordedMs = 10_000;
/** Times that a run may lose its worker, before it counts as what kills them. */
const mostLosses = 25;

/**
 * Does runs of a queue until the signal is aborted; those that go on are then stopped with a checkpoint, and go back into the queue.
 * @param url `redis://user:password@host:port/database`, or `rediss://` with TLS
 * @throws RangeError if `url` is no such address; an Error with the code QUEUE_REFUSED if the server refuses the password, or WORKER_REFUSED if
 *   all runs there need software that computes other digits
 */
export async function serveQueue(url: string, options: ServeQueueOptions): Promise<void> {
  const { folder, store, execution = "auto", jobs = availableParallelism(), allowUse = false } = options;
  const { goneMs = 30_000, refusalMs = 10_000, signal, onNote = () => {}, onEvent = () => {} } = options;
  const { executor = forkRun } = options;
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new RangeError(`serveQueue: jobs must be a positive integer; got ${jobs}`);
  registerBuiltIns();
  const engine = await useEngine(options.engine ?? "auto");
  const host = await hostOf(engine, execution);
  const connections = await connectionsTo(url, { ...(signal && { signal }), onNote });
  const { client } = connections;
  const means = {
    versions: await versionsOf(engine, execution),
    execution,
    allowUse,
    folder,
    digestOf: digester(process.cwd()),
    ...(store && { store: store.name }),
  };
  const stops = new Map<string, AbortController>();
  const finished = store && finishedRuns(store);
  let leaving = false;

  const serve = async (job: Job, token = ""): Promise<Outcome> => {
    const jobId = job.id!;
    const report = (progress: JobProgress) => {
      if (client.status === "ready") job.updateProgress(progress).catch(() => {});
    };
    const checked = await checkedJob(job.data, means);
    if ("refused" in checked) {
      const { refused: reason } = checked;
      report({ refused: { by: nameOfHost(host), reason } });
      onNote(`Refused ${jobId}: this worker ${reason}`);
      await job.moveToDelayed(Date.now() + refusalMs, token);
      throw new DelayedError();
    }
    const {
      spec,
      teacher,
      job: { id, threads, keeps, store: sendsTo },
    } = checked;
    const run = { id, spec };
    const copied = store && {
      ...{ store, files: checkpointFiles(folder, run), everyMs: goneMs, sends: sendsTo !== undefined },
    };
    const stop = new AbortController();
    stops.set(jobId, stop);
    if (leaving) stop.abort();
    let stopped = false;
    const asking = setInterval(async () => {
      if (client.status !== "ready" || (await client.exists(stopKey(jobId)).catch(() => 0)) === 0) return;
      stopped = true;
      stop.abort();
    }, stopEvery);
    const pass = sparse((event) => report({ event }));
    try {
      const record = await (copied ? throughStore(executor, copied) : executor)(spec, {
        ...{ id, engine, execution, threads },
        folder: process.cwd(),
        checkpoint: checkpointFile(folder, id),
        ...(keeps && { model: modelFile(folder, run) }),
        ...(teacher !== undefined && { teacher }),
        signal: stop.signal,
        onEvent(event) {
          onEvent(event);
          pass(event);
        },
      });
      return { status: "done", record };
    } catch (error) {
      if (stopped) return { status: "stopped" };
      if (leaving) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (stop.signal.aborted || isPassing(error)) throw error;
      const { name, message, code } = error as NodeJS.ErrnoException;
      return { status: "failed", name, message, ...(code !== undefined && { code }) };
    } finally {
      clearInterval(asking);
      stops.delete(jobId);
    }
  };

  try {
    await refuseIfAlone();
    const worker = new Worker(queueName(host.key), serve, {
      ...{ connection: connections.open(), prefix, concurrency: jobs },
      ...{ lockDuration: goneMs, stalledInterval: goneMs / 2, maxStalledCount: mostLosses, runRetryDelay: 1000 },
    });
    worker.on("error", () => {}); // the connections report their failures
    worker.on("lockRenewalFailed", (ids: string[]) => {
      for (const id of ids) stops.get(id)?.abort(takenOver);
    });
    worker.on("failed", (job, error) => {
      if (job) onNote(`${job.id}: ${error.message}`);
    });
    worker.on("completed", ({ data }: Job, { status }: Outcome) => {
      const { id, spec } = jobIn(data);
      if (status === "done") finished?.add(checkpointFiles(folder, { id, spec: resolveRun(spec) }));
    });
    const tidying = setInterval(() => finished?.remove(recordedMs).catch(() => {}), goneMs);
    const silent = await announce(client, "workers", host, goneMs / 3);
    onNote(`Up to ${jobs} runs at a time for ${connections.name}, by ${host.computes}.`);
    await aborted(signal);
    leaving = true;
    silent();
    for (const stop of stops.values()) stop.abort();
    await within(patience + stopEvery + (store ? lastCopyMs : 0), worker.close());
    clearInterval(tidying);
    if (finished) await within(patience, finished.remove(0)).catch(() => {});
  } finally {
    connections.close();
  }

  /** @throws if there are runs, and all need other software */
  async function refuseIfAlone(): Promise<void> {
    const coordinators = await present(client, "coordinators");
    const [other] = coordinators;
    if (!other || coordinators.some(({ key }) => key === host.key)) return;
    throw Object.assign(
      new Error(
        `worker: refused: the runs of ${nameOfHost(other)} need ${other.computes}, release ${other.release}; got ${host.computes}, release ${host.release}; their numbers would differ in the last digits; install the same versions, or choose them by --engine and --execution`,
      ),
      { code: "WORKER_REFUSED" },
    );
  }
}

/** Whether another attempt may do what this one could not: its process was killed, or its disk, network or store failed. */
const isPassing = (error: unknown): boolean =>
  /^(RUN_CRASHED|DISK_FULL|NOT_WRITTEN|STORE_REFUSED|E[A-Z0-9]+)$/.test(String((error as NodeJS.ErrnoException)?.code));

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    signal?.addEventListener("abort", () => resolve());
    if (signal?.aborted) resolve();
  });
