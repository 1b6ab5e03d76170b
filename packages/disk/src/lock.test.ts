import { copyFile, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attemptsAt, type LockHolder, lockHolder, withLock } from "./lock";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-lock-"));
  file = join(dir, "x.lock");
});
afterEach(() => rm(dir, { recursive: true }));

const aborted = (signal: AbortSignal) =>
  signal.aborted || new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

const QUICK = { beatMs: 20, goneMs: 2000 };

describe("withLock", () => {
  test("runs one call at a time, returns the result of each, and removes the lock", async () => {
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

  test("releases the lock if the work throws", async () => {
    const failing = withLock(file, QUICK, async () => {
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect(await readdir(dir)).toEqual([]);
  });

  test("a holder that works longer than goneMs keeps the lock by renewing it", async () => {
    const order: string[] = [];
    const patient = { beatMs: 20, goneMs: 60_000 };
    const renewals = new Set<number>();
    let enough = () => {};
    const waited = new Promise<void>((resolve) => {
      enough = resolve;
    });
    let waiting: Promise<unknown> | undefined;
    await withLock(file, patient, async (lost) => {
      // The clock advances by two thirds of goneMs with each renewal.
      const onWait = async () => {
        // The lock may have been released by then.
        await stat(file).then(
          ({ mtimeMs }) => renewals.add(mtimeMs),
          () => {},
        );
        if (renewals.size === 6) enough();
      };
      const options = { ...patient, onWait, now: () => renewals.size * 40_000 };
      waiting = withLock(file, options, async () => order.push("short"));
      await waited;
      order.push(`long ${lost.aborted}`);
    });
    await waiting;
    expect(order).toEqual(["long false", "short"]);
  });

  test("a holder that is silent for longer than goneMs, by the clock of the waiting call, loses the lock", async () => {
    await writeFile(file, JSON.stringify({ token: "x", pid: process.pid, place: "elsewhere" }));
    let waits = 0;
    const options = { beatMs: 20, goneMs: 60_000, now: () => waits * 10_000, onWait: () => void waits++ };
    await withLock(file, options, async () => {});
    expect(waits).toBe(7);
    expect(await readdir(dir)).toEqual([]);
  });

  test("a lock that was last renewed a minute ago is taken at once", async () => {
    await writeFile(file, JSON.stringify({ token: "x", pid: process.pid, place: "elsewhere" }));
    const old = new Date(Date.now() - 61_000);
    await utimes(file, old, old);
    const onWait = () => {
      throw new Error("it waited");
    };
    await withLock(file, { onWait }, async () => {});
    expect(await readdir(dir)).toEqual([]);
  });

  test("a lost lock aborts the signal, and is not removed because it is another's", async () => {
    const error = await withLock(file, QUICK, async (lost) => {
      await writeFile(file, "another's");
      await aborted(lost);
      return lost.reason;
    });
    expect(error).toMatchObject({ name: "LockLostError", code: "LOCK_LOST", file });
    expect(await readFile(file, "utf8")).toBe("another's");
  });

  test("a removed lock aborts the signal; one that is moved away for less than a beat is not lost", async () => {
    const slow = { ...QUICK, beatMs: 60 };
    const error = await withLock(file, slow, async (lost) => {
      // As another call does that took it by mistake.
      await rename(file, `${file}.moved`);
      await rename(`${file}.moved`, file);
      const { mtimeMs } = await stat(file);
      while ((await stat(file)).mtimeMs === mtimeMs) await sleep(5);
      expect(lost.aborted).toBe(false);
      await rm(file);
      await aborted(lost);
      return lost.reason;
    });
    expect(error).toMatchObject({ name: "LockLostError", code: "LOCK_LOST", file });
    expect(await readdir(dir)).toEqual([]);
  });

  test("can be aborted while it waits", async () => {
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

  test("locks that a killed process was taking from another are removed, others' files and fresh ones are not", async () => {
    const left = `${file}.0b5e3c1e-left`;
    for (const path of [left, join(dir, "y.lock.z")]) await writeFile(path, "");
    await sleep(30);
    expect(await withLock(file, { beatMs: 20, goneMs: 1 }, () => readdir(dir))).toEqual(["x.lock", "y.lock.z"]);
    await writeFile(left, "");
    expect(await withLock(file, QUICK, () => readdir(dir))).toContain("x.lock.0b5e3c1e-left");
  });
});

describe("attemptsAt", () => {
  test("does not wait: while another holds the lock, it names the holder; afterwards it does the work", async () => {
    const attempt = attemptsAt(file, QUICK);
    await withLock(file, QUICK, async () => {
      const { holder } = (await attempt(async () => "work")) as { holder?: LockHolder };
      expect(holder).toEqual({ pid: process.pid, host: hostname(), since: expect.stringMatching(/^20\d\d-.*Z$/) });
    });
    expect(await attempt(async () => "work")).toEqual({ done: true, value: "work" });
    expect(await readdir(dir)).toEqual([]);
  });

  test("the lock of an earlier process that had this one's number is taken at once", async () => {
    await attemptsAt(file)(async () => copyFile(file, `${file}.copy`));
    await rename(`${file}.copy`, file);
    expect(await attemptsAt(file)(async () => 1)).toEqual({ done: true, value: 1 });
  });

  test("a folder that is absent is an error", async () => {
    await expect(attemptsAt(join(dir, "no", "x.lock"))(async () => 1)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("lockHolder", () => {
  test("who holds a lock, until it is free, or the holder is gone", async () => {
    expect(await lockHolder(file)).toBeUndefined();
    await withLock(file, { beatMs: 60_000 }, async () => {
      expect(await lockHolder(file)).toEqual({ pid: process.pid, host: hostname(), since: expect.any(String) });
      await utimes(file, new Date(), new Date(Date.now() - 60_000));
      expect(await lockHolder(file, { goneMs: 5000 })).toBeUndefined();
      expect(await lockHolder(file, { goneMs: 120_000 })).toMatchObject({ pid: process.pid });
    });
    expect(await lockHolder(file)).toBeUndefined();
  });

  test("of a damaged lock nobody is known", async () => {
    await writeFile(file, "{");
    expect(await lockHolder(file)).toBeUndefined();
  });
});
