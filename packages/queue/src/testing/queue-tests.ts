import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Executor,
  InterruptedError,
  identityOf,
  layersBy,
  layersOf,
  type RunRecord,
  type RunSpec,
  resolveRun,
  runAll,
  versionsOf,
} from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type OpenQueueOptions, openQueue } from "../open-queue";
import { type ServeQueueOptions, serveQueue } from "../serve-queue";
import { type TestRedis, testRedis } from "./redis";

/** Engine of the tests' runs. */
export const engine = "cpu";

/** Six runs that differ in the seed. */
export const specs = [1, 2, 3, 4, 5, 6].map((seed) =>
  resolveRun({
    label: "SE",
    seed,
    network: { model: "mlp", layers: layersBy("SE", layersOf({ model: "mlp" }), { proportion: 0.05 }) },
  }),
);

/** Executor that trains nothing: waits a moment, and makes up a record whose error is that of the seed. */
export const pretend =
  (log: string[], ms = 20): Executor =>
  async (spec, { id, engine, execution, signal, onEvent, threads }) => {
    log.push(`begin ${spec.seed}`);
    onEvent({ id, label: "mine", type: "start", engine, epochs: 1, stepsPerEpoch: threads });
    await sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => {});
    if (signal?.aborted) {
      log.push(`stop ${spec.seed}`);
      throw new InterruptedError();
    }
    log.push(`end ${spec.seed}`);
    const record = {
      ...recordOf("SE", spec.seed / 100),
      spec,
      id: identityOf(spec, await versionsOf(engine, execution)),
    };
    onEvent({ id, label: "mine", type: "end", record });
    return record;
  };

/**
 * Redis server with a password, a folder for each test, and queues and workers that end with it; no note may show the password. To be called
 * inside of a `describe`, whose hooks it adds.
 */
export function queueTests() {
  let redis: TestRedis;
  let folder = "";
  let ends: (() => Promise<unknown>)[] = [];
  const notes: string[] = [];
  const onNote = (text: string) => void notes.push(text);
  const endAll = async () => {
    for (const end of ends) await end();
    ends = [];
  };
  beforeAll(async () => {
    redis = await testRedis({ password: "p@ss word" });
  });
  afterAll(() => redis.end());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "weightcast-queue-"));
    notes.length = 0;
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  });
  afterEach(async () => {
    await endAll();
    rmSync(folder, { recursive: true });
    expect(notes.join("\n")).not.toMatch(/p@ss|p%40ss/);
  });
  const opened = async (options: OpenQueueOptions = {}) => {
    const queue = await openQueue(redis.url, { onNote, lookMs: 300, retryMs: 20, attempts: 2, ...options });
    ends.push(() => queue.close());
    return queue;
  };
  return {
    notes,
    redis: () => redis,
    folder: () => folder,
    /** Opens the queue. */
    opened,
    /** Starts a worker. @returns a function that stops it */
    worker(executor: Executor, options: Partial<ServeQueueOptions> = {}) {
      const stop = new AbortController();
      const served = serveQueue(redis.url, {
        ...{ goneMs: 600, refusalMs: 100, folder, engine, execution: "eager", jobs: 1, executor, onNote },
        ...{ signal: stop.signal, ...options },
      });
      const end = () => {
        stop.abort();
        return served;
      };
      ends.push(end);
      return end;
    },
    /** Does runs by way of the queue. */
    async all(
      given: readonly RunSpec[] = specs,
      options: Partial<Parameters<typeof runAll>[1]> = {},
    ): Promise<readonly RunRecord[]> {
      const { executor, jobs } = await opened();
      return runAll(given, { folder, engine, execution: "eager", threads: 3, jobs, executor, ...options });
    },
    /** Jobs that are in the queue. */
    async keysLeft(): Promise<readonly string[]> {
      const client = new Redis(redis.url);
      const keys = await client.keys("weightcast:runs-*:*-????????????");
      client.disconnect();
      return keys;
    },
    /** Ends queues first, then workers. */
    async endAll() {
      ends.reverse();
      await endAll();
    },
  };
}
