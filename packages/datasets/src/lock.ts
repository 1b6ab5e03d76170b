import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, readlinkSync, renameSync, unlinkSync } from "node:fs";
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { DatasetError } from "./error";
import { codeOf } from "./file-errors";

export interface LockOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time the lock was found to be another's. */
  readonly onWait?: () => Promise<void> | void;
  /** How often the holder shows that it lives, in ms. @default 1000 */
  readonly beatMs?: number;
  /** A holder that has not shown so for this long, in ms, is gone. @default 10_000 */
  readonly goneMs?: number;
  /** The waiting one's clock, in ms; for tests. @default performance.now */
  readonly now?: () => number;
}

/**
 * Runs `work` while this call, of all calls in all processes, holds the lock: a file that says who holds it, and whose
 * time the holder keeps renewing. A holder of this machine that was killed is known at once by its process number; one
 * elsewhere, or one that hangs, by its silence: another may then take the lock, and the first, should it wake, is told.
 * @param file the lock; its folder must exist
 * @param work is given a signal that is aborted when the lock is lost
 */
export async function withLock<T>(file: string, options: LockOptions, work: (lost: AbortSignal) => Promise<T>) {
  const { beatMs = 1000 } = options;
  const mine = JSON.stringify({ token: randomUUID(), pid: process.pid, place: place() });
  await acquire(file, mine, options);
  const lost = new AbortController();
  let missing = 0;
  const beat = setInterval(async () => {
    const found = await holder(file, mine);
    missing = found === "" ? missing + 1 : 0;
    // Missing once, it may be in the hands of one who took it by mistake and puts it back.
    if (missing > 1 || (found !== "" && found !== mine)) lost.abort(taken(file));
    else await utimes(file, new Date(), new Date()).catch(() => {});
  }, beatMs);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(beat);
    if ((await holder(file, mine)) === mine) await rm(file, { force: true });
  }
}

async function acquire(file: string, mine: string, options: LockOptions) {
  const { signal, onWait, beatMs = 1000, goneMs = 10_000, now = () => performance.now() } = options;
  for (let seen = "", since = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await writeFile(file, mine, { flag: "wx" });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const [theirs, status] = await Promise.all([holder(file, ""), stat(file).catch(() => undefined)]);
    if (!status) continue;
    // By this process's clock from when it first looked: clocks of machines that share a folder differ.
    const state = `${theirs} ${status.mtimeMs}`;
    if (state !== seen) [seen, since] = [state, now()];
    const silent = now() - since > goneMs || Date.now() - status.mtimeMs > 6 * goneMs;
    if (silent || isDead(theirs)) {
      steal(file, theirs);
      continue;
    }
    await onWait?.();
    // Aborted: the loop's first line throws the caller's reason.
    await sleep(beatMs / 5, undefined, { signal }).catch(() => {});
  }
}

/**
 * Removes the lock if it is still the one that was seen: of several waiters, one. By a rename, which only one of them can
 * do; what it moved is looked at before it is deleted, since between the looking and the moving the lock may have
 * become that of another waiter: then it is put back. Synchronous, for these moments to be as short as can be; who takes
 * the lock within them leaves its holder to learn that at the next beat.
 */
function steal(file: string, theirs: string): void {
  const moved = `${file}.${randomUUID()}`;
  try {
    if (readFileSync(file, "utf8") !== theirs) return;
    renameSync(file, moved);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    // Unlike a rename, a link replaces nothing.
    if (readFileSync(moved, "utf8") !== theirs) linkSync(moved, file);
  } catch {
    // A third one's lock is there by now, or the file system knows no links.
  } finally {
    unlinkSync(moved);
  }
}

/** What the lock file says; `otherwise` if it cannot be read though it may be there. */
async function holder(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "" : otherwise;
  }
}

/** Whether the holder was a process of this machine that is no more. */
function isDead(holder: string): boolean {
  try {
    const { pid, place: theirs } = JSON.parse(holder);
    if (theirs !== place()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** Where a process number means the same process: containers share a machine's name, not its numbers. */
function place(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

const taken = (file: string) =>
  new DatasetError("download", {
    file,
    rule: "be held by the process that writes to the cache",
    found: "another's lock, taken while this process stood still",
    advice: "try again: it waits for the other, then finds the data",
  });
