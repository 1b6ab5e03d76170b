import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { runAll } from "@weightcast/runs";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { openQueue } from "./open-queue";
import { announce } from "./presence";
import { serveQueue } from "./serve-queue";
import { engine, pretend, queueTests, specs } from "./testing/queue-tests";
import { hasRedis } from "./testing/redis";

describe.skipIf(!hasRedis())("a queue refuses", () => {
  const { redis, folder, notes, opened, worker, all, keysLeft } = queueTests();

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

  test("data are compared by content: a worker that lacks them says so, and the run waits for one that has them", async () => {
    const data = join(folder(), "digits");
    mkdirSync(data);
    writeFileSync(join(data, "train-images-idx3-ubyte"), "mine");
    const [spec] = specs;
    const own = { ...spec!, data: { ...spec!.data, name: "mine", folder: data } };
    const log: string[] = [];
    const { executor } = await opened();
    const stop = new AbortController();
    const running = runAll([own], {
      folder: folder(),
      engine,
      execution: "eager",
      threads: 1,
      executor,
      signal: stop.signal,
    });
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
    const client = new Redis(redis().url);
    const other = { host: "there", pid: 7, release: "9.9.9", computes: "wasm 1.2.3; x64", key: "other" };
    const silent = await announce(client, "coordinators", other, 1000);
    await expect(serveQueue(redis().url, { folder: folder(), engine, execution: "eager" })).rejects.toThrow(
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
    const wrong = redis().url.replace("p%40ss", "other-secret");
    for (const open of [
      () => openQueue(wrong),
      () => serveQueue(wrong, { folder: folder(), engine, execution: "eager" }),
    ]) {
      const error = await open().catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "QUEUE_REFUSED", message: expect.stringContaining("(WRONGPASS)") });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/other-secret|p@ss/);
    }
  });
});
