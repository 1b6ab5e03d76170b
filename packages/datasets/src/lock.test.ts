import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withLock } from "./lock";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-lock-"));
  file = join(dir, "x.lock");
});
afterEach(() => rm(dir, { recursive: true }));

const QUICK = { beatMs: 20, goneMs: 2000 };

describe("withLock", () => {
  test("one at a time, each gets its result, and the lock is gone after", async () => {
    let inside = 0;
    const work = async (i: number) => {
      expect(++inside).toBe(1);
      await sleep(10);
      inside--;
      return i;
    };
    const runs = Array.from({ length: 8 }, (_, i) => withLock(file, QUICK, () => work(i)));
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await readdir(dir)).toEqual([]);
  });

  test("released when the work throws", async () => {
    const failing = withLock(file, QUICK, async () => {
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect(await readdir(dir)).toEqual([]);
  });

  test("a holder that works longer than goneMs keeps it: it renews the lock", async () => {
    const order: string[] = [];
    const patient = { ...QUICK, goneMs: 700 };
    const long = withLock(file, patient, async (lost) => {
      await sleep(1000);
      order.push(`long ${lost.aborted}`);
    });
    await sleep(20);
    await withLock(file, patient, async () => order.push("short"));
    await long;
    expect(order).toEqual(["long false", "short"]);
  });

  test("a lock untouched for a minute is taken at once, by the clock", async () => {
    await writeFile(file, JSON.stringify({ token: "x", pid: process.pid, place: "elsewhere" }));
    const old = new Date(Date.now() - 61_000);
    await utimes(file, old, old);
    const began = performance.now();
    await withLock(file, {}, async () => {});
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a lost lock is told, and is not removed: it is another's", async () => {
    const error = await withLock(file, QUICK, async (lost) => {
      await writeFile(file, "another's");
      await sleep(200);
      return lost.reason;
    });
    expect(error).toMatchObject({ name: "DatasetError", code: "download", file });
    expect(await readFile(file, "utf8")).toBe("another's");
  });

  test("aborted while it waits", async () => {
    await withLock(file, QUICK, async () => {
      const reason = new Error("enough");
      const controller = new AbortController();
      let waits = 0;
      const onWait = () => {
        if (++waits === 3) controller.abort(reason);
      };
      const options = { ...QUICK, signal: controller.signal, onWait };
      await expect(withLock(file, options, async () => {})).rejects.toBe(reason);
    });
    expect(await readdir(dir)).toEqual([]);
  });
});
