import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Executor, InterruptedError, modelFile, stepsIn } from "@weightcast/runs";
import { openStore } from "@weightcast/store";
import { type TestStore, testKeys, testStore } from "@weightcast/store/testing";
import type { ObjectStore } from "@weightcast/types";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { checkpointAt } from "./testing/checkpoints";
import { pretend, queueTests, specs } from "./testing/queue-tests";
import { hasRedis } from "./testing/redis";

/** Executor that trains nothing: takes steps of 10 ms, each with a checkpoint, and saves a network of a few bytes. */
const counting =
  (log: string[], steps: number): Executor =>
  async (spec, context) => {
    const { checkpoint, model, signal } = context;
    const from = existsSync(checkpoint) ? stepsIn(readFileSync(checkpoint)) : 0;
    log.push(`from ${from}`);
    mkdirSync(dirname(checkpoint), { recursive: true });
    for (let step = from + 1; step <= steps; step++) {
      await sleep(10);
      writeFileSync(checkpoint, checkpointAt(step));
      log.push(`${step}`);
      if (signal?.aborted) throw new InterruptedError();
    }
    if (model !== undefined) {
      mkdirSync(dirname(model), { recursive: true });
      writeFileSync(model, `network ${spec.seed}`);
    }
    return pretend([])(spec, context);
  };

describe.skipIf(!hasRedis())("a queue with a store", () => {
  const { redis, folder, notes, opened, worker, all, endAll } = queueTests();
  let server: TestStore;
  let store: ObjectStore;
  const one = specs.slice(0, 1);
  beforeAll(async () => {
    server = await testStore("bucket");
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    server.objects.clear();
    store = await openStore("s3://bucket/runs", { onNote: (text) => void notes.push(text) });
  });
  afterEach(() => {
    store.close();
    vi.unstubAllEnvs();
    const { accessKeyId, secretAccessKey } = testKeys;
    for (const secret of [accessKeyId, secretAccessKey]) expect(notes.join("\n")).not.toContain(secret);
  });
  /** Worker that shares no folder with another. */
  const apart = (name: string, executor: Executor) => worker(executor, { store, folder: join(folder(), name) });
  const checkpoints = (name: string) =>
    readdirSync(join(folder(), name, "checkpoints")).filter((file) => file.endsWith(".checkpoint"));

  test("a worker goes on from the checkpoint of another, with which it shares no folder; nothing is left", async () => {
    const [first, second]: [string[], string[]] = [[], []];
    const end = apart("first", counting(first, 1e6));
    const running = all(one);
    await expect.poll(() => first.length).toBeGreaterThan(10);
    await end();
    const done = Number(first.at(-1));
    expect([...server.objects.keys()]).toEqual([
      expect.stringMatching(/^bucket\/runs\/checkpoints\/\w{12}\.checkpoint$/),
    ]);
    apart("second", counting(second, done + 5));
    await running;
    expect(first[0]).toBe("from 0");
    expect(second).toEqual([done, 1, 2, 3, 4, 5].map((n, i) => (i === 0 ? `from ${done}` : `${done + n}`)));
    await endAll();
    expect([...server.objects.keys()]).toEqual([]);
    expect(checkpoints("second")).toEqual([]);
  });

  test("a store that is away holds nothing up, and has the checkpoint when it is back", async () => {
    const log: string[] = [];
    apart("first", counting(log, 300));
    await server.stop();
    const running = all(one);
    await expect.poll(() => notes.join()).toMatch("can't be reached (ECONNREFUSED); runs go on without it");
    const before = log.length;
    await expect.poll(() => log.length).toBeGreaterThan(before + 20);
    await server.start();
    await expect.poll(() => [...server.objects.keys()], { timeout: 5000 }).toHaveLength(1);
    await running;
    expect(notes.filter((note) => note.includes("can't be reached"))).toHaveLength(1);
    expect(notes.filter((note) => note === "s3://bucket/runs is back.")).toHaveLength(1);
    expect(log.filter((line) => line.startsWith("from"))).toEqual(["from 0"]);
    await endAll();
    expect(server.objects.size).toBe(0);
  });

  test("an error of a checkpoint names its copy", async () => {
    apart("first", async () => {
      throw Object.assign(new Error("SE: checkpoint: damaged"), { code: "CHECKPOINT_CORRUPT" });
    });
    await expect(all(one)).rejects.toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      message: expect.stringMatching(
        /^SE: checkpoint: damaged; its copy, too: s3:\/\/bucket\/runs\/checkpoints\/\w{12}\.checkpoint$/,
      ),
    });
  });

  test("networks that are kept come back by the store; a worker without it is refused; no key is in Redis", async () => {
    const { executor } = await opened({ store });
    const refused: string[] = [];
    const end = worker(pretend(refused), { folder: join(folder(), "without") });
    const running = all(specs.slice(0, 2), { executor, models: "keep" });
    await expect
      .poll(() => notes.join())
      .toMatch(
        "has no store, and the trained network goes into s3://bucket/runs; start the worker with --store s3://bucket/runs",
      );
    await end();
    apart("with", counting([], 3));
    const records = await running;
    const networks = records.map(({ id, spec }) => readFileSync(modelFile(folder(), { id, spec }), "utf8"));
    expect(networks).toEqual(["network 1", "network 2"]);
    expect(refused).toEqual([]);
    expect(existsSync(join(folder(), "with", "models"))).toBe(false);
    await endAll();
    expect(server.objects.size).toBe(0);
    const written = redis().written();
    const found = ["s3://bucket/runs", ...Object.values(testKeys)].map((text) => written.includes(text));
    expect(found).toEqual([true, false, false]);
  });
});
