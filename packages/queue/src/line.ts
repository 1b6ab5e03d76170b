import { existsSync } from "node:fs";
import {
  checkpointFiles,
  digester,
  type Executor,
  InterruptedError,
  nameOf,
  type RunRecord,
  whileLogged,
} from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";
import { Queue, QueueEvents } from "bullmq";
import { removeCopy } from "./checkpoint-copies";
import type { Connections } from "./connections";
import { type Host, nameOfHost } from "./host";
import {
  type JobProgress,
  jobIdOf,
  jobOptions,
  type Outcome,
  outcomeIn,
  prefix,
  queueName,
  type Retries,
  type RunJob,
  stopKey,
} from "./job";
import { fetchNetwork } from "./networks";
import { announce, present } from "./presence";
import { within } from "./within";

/** Queue for runs that are computed in one way, as its coordinator sees it. */
export interface Line {
  readonly run: Executor;
  close(): Promise<void>;
}

/** Options of {@link openLine}. */
export interface LineOptions extends Retries {
  readonly lookMs: number;
  readonly onNote: (text: string) => void;
  /** Folder that relative paths in specifications start from. */
  readonly folder: string;
  readonly store?: ObjectStore;
}

/** A run that is waited for. */
interface Waited {
  readonly name: string;
  readonly job: RunJob;
  readonly order: number;
  readonly onProgress: (progress: JobProgress) => void;
  readonly settle: (outcome: Outcome | Error) => void;
  /** The last look at its job. */
  looked: Promise<void>;
}

/** Milliseconds that a stopped run has to store its checkpoint, and that a server which does not answer is waited for at the end. */
const patience = 5000;
/** Milliseconds after which a record that was read is taken to be written. */
const writtenMs = 10_000;
/** Seconds that a stopped job is remembered, for a worker that is cut off. */
const stoppedSeconds = 3600;

/** Opens the queue, and announces what its runs need. */
export async function openLine(connections: Connections, host: Host, options: LineOptions): Promise<Line> {
  const { lookMs, onNote, folder, store } = options;
  const { client } = connections;
  const queue = new Queue(queueName(host.key), { connection: client, prefix });
  // From the last event on: those between this look and the first wait for news are not missed.
  const [last] = await client.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1);
  const events = new QueueEvents(queueName(host.key), {
    ...{ connection: connections.open(), prefix, lastEventId: last?.[0] ?? "0-0" },
  });
  // The connections report their failures; others come from the calls themselves.
  queue.on("error", () => {});
  events.on("error", () => {});
  const waited = new Map<string, Waited>();
  /** Jobs whose outcomes were read, and when. */
  const read = new Map<string, number>();
  /** Removals of checkpoints in the store. */
  const removing = new Set<Promise<void>>();
  const digestOf = digester(folder);
  let isUsed = false;

  const enqueue = async (jobId: string, { job, order }: Waited) => {
    await queue.add("run", job, jobOptions(jobId, order, options));
  };
  /** Looks at a job, one look after the other: a second one would add a job again that the first has removed to settle it. */
  const look = (jobId: string): Promise<void> => {
    const one = waited.get(jobId);
    if (!one) return Promise.resolve();
    one.looked = one.looked.then(() => lookOnce(jobId, one));
    return one.looked;
  };
  /** Outcome of a job, or a job that a server lost, which is added again. */
  const lookOnce = async (jobId: string, one: Waited): Promise<void> => {
    if (waited.get(jobId) !== one) return;
    try {
      const job = await queue.getJob(jobId);
      if (!job) return await enqueue(jobId, one);
      if (!job.finishedOn) return;
      if (await job.isFailed()) {
        await queue.remove(jobId);
        return one.settle(new Error(`${one.name}: ${job.failedReason}`));
      }
      const outcome = outcomeIn(job.returnvalue);
      if (outcome.status === "done") read.set(jobId, Date.now());
      else await queue.remove(jobId);
      one.settle(outcome);
    } catch (error) {
      one.settle(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const lookAtAll = async () => {
    for (const jobId of waited.keys()) await look(jobId);
    for (const [jobId, at] of read)
      if (Date.now() - at > writtenMs) {
        read.delete(jobId);
        await queue.remove(jobId);
      }
  };
  events.on("completed", ({ jobId }) => look(jobId));
  events.on("failed", ({ jobId }) => look(jobId));
  events.on("progress", ({ jobId, data }) => waited.get(jobId)?.onProgress(data as unknown as JobProgress));
  events.on("stalled", ({ jobId }) => {
    const one = waited.get(jobId);
    if (one) onNote(`${one.name}: its worker is gone or cut off; another goes on with it.`);
  });
  connections.onBack(() => void lookAtAll());
  const silent = announce(client, "coordinators", host, lookMs / 3);
  const noteWorkers = async () => {
    const workers = await present(client, "workers");
    const others = workers.filter(({ key }) => key !== host.key);
    for (const other of others)
      onNote(`The worker on ${nameOfHost(other)} gets none of these runs: ${differing(other, host)}.`);
    if (workers.length === others.length)
      onNote(`No worker for these runs yet; start some: weightcast worker ${connections.name}`);
  };
  const timer = setInterval(() => {
    if (client.status === "ready") Promise.all([lookAtAll(), noteWorkers()]).catch(() => {});
  }, lookMs);

  /** Stops a job: one that waits is removed, one that a worker does is stopped with a checkpoint. */
  const stop = async (jobId: string) => {
    await client.set(stopKey(jobId), "1", "EX", stoppedSeconds);
    await queue.remove(jobId); // unless it is being done: then its worker ends it
    if (!(await queue.getJob(jobId))) waited.get(jobId)?.settle({ status: "stopped" });
  };

  /** Removes what a worker that was killed has left in the store of a run that is done. */
  const tidy = (place: ObjectStore, files: readonly string[]) => {
    const removal = removeCopy(place, files)
      .catch(() => {}) // said by the store
      .finally(() => removing.delete(removal));
    removing.add(removal);
  };
  const run: Executor = async (spec, { events, ...context }) => {
    if (!events) return enqueueAndWait(spec, context);
    // Workers need not share the folder, so that the scalars are written here, from what they report.
    return whileLogged(events.folder, { id: context.id, spec }, context.onEvent, (onEvent) =>
      enqueueAndWait(spec, { ...context, onEvent }),
    );
  };
  const enqueueAndWait: Executor = async (spec, { id, order = 1, threads, model, signal, onEvent }) => {
    const keeps = model !== undefined;
    const jobId = jobIdOf(id, keeps);
    const label = nameOf(spec);
    if (!isUsed) void noteWorkers().catch(() => {});
    isUsed = true;
    const sends = keeps && store && { store: store.name };
    const job: RunJob = { id, spec, inputs: await digestOf(spec), threads, keeps, ...sends };
    const onProgress = (progress: JobProgress) => {
      if ("event" in progress) onEvent({ ...progress.event, id, label });
      else onNote(`${label}: the worker on ${progress.refused.by} ${progress.refused.reason}`);
    };
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      let stopping = false;
      let begun: Promise<unknown> = Promise.resolve();
      const settle = (result: Outcome | Error) => {
        // Another coordinator has stopped it.
        if (!stopping && !(result instanceof Error) && result.status === "stopped")
          return void enqueue(jobId, one).catch(settle);
        waited.delete(jobId);
        signal?.removeEventListener("abort", interrupt);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const interrupt = () => {
        stopping = true;
        // A job that is still being added could not be removed.
        within(
          patience,
          begun.then(() => stop(jobId)),
        ).catch(() => {});
        setTimeout(() => settle({ status: "stopped" }), patience).unref();
      };
      const one: Waited = { name: label, job, order, onProgress, settle, looked: Promise.resolve() };
      waited.set(jobId, one);
      signal?.addEventListener("abort", interrupt);
      if (signal?.aborted) return interrupt();
      begun = client
        .del(stopKey(jobId))
        .then(() => look(jobId))
        .catch(settle);
    });
    if (outcome.status === "stopped") throw new InterruptedError();
    if (outcome.status === "failed") throw failureIn(outcome);
    if (outcome.record.id !== id)
      throw new Error(`${label}: its worker returned the record of another run, ${outcome.record.id}`);
    if (model !== undefined && store)
      await fetchNetwork(store, id, model, signal).catch((error: unknown) => {
        read.delete(jobId); // the outcome stays in the queue, for the next attempt
        throw error;
      });
    if (model !== undefined && !existsSync(model)) throw new Error(`${label}: ${model} is missing; ${shared}`);
    if (store) tidy(store, checkpointFiles(folder, { id, spec }));
    const record: RunRecord = { ...outcome.record, spec };
    onEvent({ id, label, type: "end", record });
    return record;
  };
  return {
    run,
    async close() {
      clearInterval(timer);
      (await silent)();
      const end = async () => {
        for (const jobId of read.keys()) await queue.remove(jobId);
        await Promise.all([queue.close(), events.close(), ...removing]);
      };
      await within(patience, end()).catch(() => {});
    },
  };
}

/** What to do if a worker has written elsewhere. */
const shared =
  "trained networks need a folder that all machines share, or a store: start the workers with --folder and its path there, or all with the same --store";

const failureIn = ({ name, message, code }: Extract<Outcome, { readonly status: "failed" }>): Error =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

/** What differs between two hosts, in numbers. */
const differing = (worker: Host, needed: Host): string =>
  worker.computes === needed.computes
    ? `it is release ${worker.release} of Weightcast, which computes other numbers than ${needed.release}`
    : `it computes by ${worker.computes}, these need ${needed.computes}`;
