import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Executor,
  eventsFolder,
  InterruptedError,
  identityOf,
  layersBy,
  layersOf,
  notesIn,
  type RunEvent,
  readRecord,
  resolveRun,
  runAll,
  runInFolder,
  versionsOf,
} from "@weightcast/runs";
import { recordOf } from "@weightcast/runs/testing";
import { eventReader } from "@weightcast/tensorboard";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openQueue } from "./open-queue";
import { announce } from "./presence";
import { type ServeQueueOptions, serveQueue } from "./serve-queue";
import { hasRedis, type TestRedis, testRedis } from "./testing/redis";

const engine = "cpu";
const quick = { goneMs: 600, refusalMs: 100 };
const specs = [1, 2, 3, 4, 5, 6].map((seed) =>
  resolveRun({
    label: "SE",
    seed,
    network: { model: "mlp", layers: layersBy("SE", layersOf({ model: "mlp" }), { proportion: 0.05 }) },
  }),
);

/** Executor that trains nothing: waits a moment, and makes up a record whose error is that of the seed. */
const pretend =
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

describe.skipIf(!hasRedis())("a queue", () => {
  let redis: TestRedis;
  let folder = "";
  let ends: (() => Promise<unknown>)[] = [];
  const notes: string[] = [];
  const onNote = (text: string) => void notes.push(text);
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
    for (const end of ends) await end();
    ends = [];
    rmSync(folder, { recursive: true });
    expect(notes.join("\n")).not.toMatch(/p@ss|p%40ss/);
  });
  const opened = async () => {
    const queue = await openQueue(redis.url, { onNote, lookMs: 300, retryMs: 20, attempts: 2 });
    ends.push(() => queue.close());
    return queue;
  };
  /** Starts a worker. @returns a function that stops it */
  const worker = (executor: Executor, options: Partial<ServeQueueOptions> = {}) => {
    const stop = new AbortController();
    const served = serveQueue(redis.url, {
      ...{ ...quick, folder, engine, execution: "eager", jobs: 1, executor, onNote, signal: stop.signal },
      ...options,
    });
    const end = () => {
      stop.abort();
      return served;
    };
    ends.push(end);
    return end;
  };
  const all = async (given = specs, options: Partial<Parameters<typeof runAll>[1]> = {}) => {
    const { executor, jobs } = await opened();
    return runAll(given, { folder, engine, execution: "eager", threads: 3, jobs, executor, ...options });
  };
  const keysLeft = async () => {
    const client = new Redis(redis.url);
    const keys = await client.keys("weightcast:runs-*:*-????????????");
    client.disconnect();
    return keys;
  };

  test("two workers share runs: each is done once, with the coordinator's threads; progress comes back", async () => {
    const logs: string[][] = [[], []];
    for (const log of logs) worker(pretend(log));
    const events: RunEvent[] = [];
    const records = await all(specs, { events: "all", onEvent: (event) => events.push(event) });
    expect(records.map(({ result }) => result.testError)).toEqual([0.01, 0.02, 0.03, 0.04, 0.05, 0.06]);
    expect((await readRecord(folder)).length).toBe(6);
    const begun = logs.flatMap((log) => log.filter((line) => line.startsWith("begin")));
    expect([...begun].sort()).toEqual([1, 2, 3, 4, 5, 6].map((seed) => `begin ${seed}`));
    expect(logs.every((log) => log.length > 0)).toBe(true);
    expect(events.filter(({ type }) => type === "end")).toHaveLength(6);
    const starts = events.filter((event) => event.type === "start");
    expect(starts).toHaveLength(6);
    expect(starts.every(({ stepsPerEpoch, label }) => stepsPerEpoch === 3 && label.startsWith("SE 5% seed"))).toBe(
      true,
    );
    // The coordinator writes event files, whether or not the workers share its folder.
    const logged = readdirSync(eventsFolder(folder));
    expect(logged.map(runInFolder).sort()).toEqual(records.map(({ id }) => id).sort());
    const ids: (string | undefined)[] = [];
    for await (const { summaries } of eventReader(join(eventsFolder(folder), logged[0]!))())
      ids.push(...summaries.map((one) => (one.kind === "text" ? notesIn(one.text)?.id : undefined)));
    expect(ids).toEqual([runInFolder(logged[0]!)]);
    for (const end of ends.reverse()) await end();
    ends = [];
    expect(await keysLeft()).toEqual([]);
  });

  test("runs are done in the order in which they are given", async () => {
    const log: string[] = [];
    const running = all();
    await expect.poll(keysLeft).toHaveLength(6);
    worker(pretend(log));
    await running;
    expect(log.filter((line) => line.startsWith("begin"))).toEqual([1, 2, 3, 4, 5, 6].map((seed) => `begin ${seed}`));
  });

  test("a run's own failure is not tried again; a crash is, and says why at the end", async () => {
    const tries: string[] = [];
    worker(async (spec) => {
      tries.push(`${spec.seed}`);
      const code = spec.seed === 1 ? "DIVERGED" : "RUN_CRASHED";
      throw Object.assign(new Error(`${spec.seed} is bad`), { code });
    });
    await expect(all(specs.slice(0, 1))).rejects.toMatchObject({ code: "DIVERGED", message: "1 is bad" });
    await expect(all(specs.slice(1, 2))).rejects.toThrow("SE 5% seed 2: 2 is bad");
    expect(tries).toEqual(["1", "2", "2"]);
  });

  test("a worker that is stopped puts its run back; another does it", async () => {
    const [first, second]: [string[], string[]] = [[], []];
    const end = worker(pretend(first, 60_000));
    const running = all(specs.slice(0, 1));
    await expect.poll(() => first).toEqual(["begin 1"]);
    await end();
    worker(pretend(second));
    expect(await running).toHaveLength(1);
    expect([first, second]).toEqual([
      ["begin 1", "stop 1"],
      ["begin 1", "end 1"],
    ]);
  });

  test("an interrupted coordinator takes its runs back, also from a worker", async () => {
    const log: string[] = [];
    worker(pretend(log, 60_000));
    const stop = new AbortController();
    const running = all(specs.slice(0, 3), { signal: stop.signal });
    await expect.poll(() => log).toEqual(["begin 1"]);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(log).toEqual(["begin 1", "stop 1"]);
    expect(await keysLeft()).toEqual([]);
  });

  test("Redis killed and started again: runs go on, none is lost or done twice", async () => {
    const log: string[] = [];
    worker(pretend(log, 150));
    const running = all();
    await expect.poll(() => log.length).toBeGreaterThan(1);
    await redis.kill();
    await sleep(400);
    await redis.start();
    expect(await running).toHaveLength(6);
    expect(await readRecord(folder)).toHaveLength(6);
    const name = redis.url.replace(/:[^:]*@/, "***@");
    expect(notes.filter((note) => note.startsWith(name)).map((note) => note.slice(name.length))).toEqual(
      expect.arrayContaining([" can't be reached (ECONNREFUSED); waiting for it, nothing is lost.", " is back."]),
    );
  });

  test("an outcome that a killed coordinator has not read is found by the next", async () => {
    const log: string[] = [];
    worker(pretend(log));
    const { executor } = await opened();
    const lost = runAll(specs.slice(0, 1), {
      ...{ folder: join(folder, "lost"), engine, execution: "eager", threads: 3 },
      executor,
    });
    await lost;
    expect(await all(specs.slice(0, 1))).toHaveLength(1);
    expect(log).toEqual(["begin 1", "end 1"]);
  });

  test("data are compared by content: a worker that lacks them says so, and the run waits for one that has them", async () => {
    const { mkdirSync, writeFileSync } = await import("node:fs");
    const data = join(folder, "digits");
    mkdirSync(data);
    writeFileSync(join(data, "train-images-idx3-ubyte"), "mine");
    const [spec] = specs;
    const own = { ...spec!, data: { ...spec!.data, name: "mine", folder: data } };
    const log: string[] = [];
    const { executor } = await opened();
    const stop = new AbortController();
    const running = runAll([own], { folder, engine, execution: "eager", threads: 1, executor, signal: stop.signal });
    // The coordinator has read them by now, and the worker reads others.
    await expect.poll(() => notes.join()).toMatch("No worker for these runs yet");
    await expect.poll(keysLeft).toHaveLength(1);
    writeFileSync(join(data, "train-images-idx3-ubyte"), "changed");
    worker(pretend(log));
    await expect
      .poll(() => notes.join())
      .toMatch(/SE 5% seed 1: the worker on .* does not have .*digits, or with other/);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(log).toEqual([]);
  });

  test("packages that runs name are loaded only if the worker may", async () => {
    const log: string[] = [];
    worker(pretend(log));
    const stop = new AbortController();
    const running = all([{ ...specs[0]!, use: ["./mine"] }], { signal: stop.signal });
    await expect
      .poll(() => notes.join())
      .toMatch("may not load ./mine, which runs its code; start the worker with --allow-use");
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(log).toEqual([]);
  });

  test("a worker with other versions is refused, and the coordinator says so of one that came before", async () => {
    const client = new Redis(redis.url);
    const other = { host: "there", pid: 7, release: "9.9.9", computes: "wasm 1.2.3; x64", key: "other" };
    const silent = await announce(client, "coordinators", other, 1000);
    await expect(serveQueue(redis.url, { folder, engine, execution: "eager" })).rejects.toThrow(
      /worker: refused: the runs of there \(process 7\) need wasm 1.2.3; x64, release 9.9.9; got .*install the same versions/,
    );
    silent();
    await announce(client, "workers", other, 1000);
    const stop = new AbortController();
    const running = all(specs.slice(0, 1), { signal: stop.signal });
    await expect
      .poll(() => notes.join())
      .toMatch("The worker on there (process 7) gets none of these runs: it computes by wasm 1.2.3; x64, these need ");
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    client.disconnect();
  });

  test("a wrong password is an error that does not show it", async () => {
    const wrong = redis.url.replace("p%40ss", "other-secret");
    for (const open of [() => openQueue(wrong), () => serveQueue(wrong, { folder, engine, execution: "eager" })]) {
      const error = await open().catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "QUEUE_REFUSED", message: expect.stringContaining("(WRONGPASS)") });
      const { inspect } = await import("node:util");
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/other-secret|p@ss/);
    }
  });
});
