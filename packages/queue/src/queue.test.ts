import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventsFolder, notesIn, type RunEvent, readRecord, runInFolder } from "@weightcast/runs";
import { eventReader } from "@weightcast/tensorboard";
import { describe, expect, test } from "vitest";
import { pretend, queueTests, specs } from "./testing/queue-tests";
import { hasRedis } from "./testing/redis";

describe.skipIf(!hasRedis())("a queue", () => {
  const { redis, folder, notes, worker, all, keysLeft, endAll } = queueTests();

  test("two workers share runs: each is done once, with the coordinator's threads; progress comes back", async () => {
    const logs: string[][] = [[], []];
    for (const log of logs) worker(pretend(log));
    const events: RunEvent[] = [];
    const records = await all(specs, { events: "all", onEvent: (event) => events.push(event) });
    expect(records.map(({ result }) => result.testError)).toEqual([0.01, 0.02, 0.03, 0.04, 0.05, 0.06]);
    expect((await readRecord(folder())).length).toBe(6);
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
    const logged = readdirSync(eventsFolder(folder()));
    expect(logged.map(runInFolder).sort()).toEqual(records.map(({ id }) => id).sort());
    const ids: (string | undefined)[] = [];
    for await (const { summaries } of eventReader(join(eventsFolder(folder()), logged[0]!))())
      ids.push(...summaries.map((one) => (one.kind === "text" ? notesIn(one.text)?.id : undefined)));
    expect(ids).toEqual([runInFolder(logged[0]!)]);
    await endAll();
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
    await redis().kill();
    await sleep(400);
    await redis().start();
    expect(await running).toHaveLength(6);
    expect(await readRecord(folder())).toHaveLength(6);
    const name = redis().url.replace(/:[^:]*@/, "***@");
    const said = notes.filter((note) => note.startsWith(name)).map((note) => note.slice(name.length));
    // Refused when it is connected to; reset if something was being sent.
    expect(said).toContainEqual(
      expect.stringMatching(/^ can't be reached \(ECONN(REFUSED|RESET)\); waiting for it, nothing is lost\.$/),
    );
    expect(said).toContain(" is back.");
  });

  test("an outcome stays for a coordinator with another record: the run is not done again", async () => {
    const log: string[] = [];
    worker(pretend(log));
    await all(specs.slice(0, 1), { folder: join(folder(), "lost") });
    expect(await all(specs.slice(0, 1))).toHaveLength(1);
    expect(log).toEqual(["begin 1", "end 1"]);
  });
});
