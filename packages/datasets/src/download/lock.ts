import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { open, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeAll } from "@weightcast/disk";
import { DatasetError } from "../error";
import { codeOf } from "../files/file-errors";

/** Options of {@link withLock}. */
export interface LockOptions {
  /** Signal that ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time another holder is found to have the lock. */
  readonly onWait?: () => Promise<void> | void;
  /** Interval, in ms, at which the holder renews the lock. @default 1000 */
  readonly beatMs?: number;
  /** Time without renewal, in ms, after which the holder counts as gone. @default 10_000 */
  readonly goneMs?: number;
  /** Clock of the waiting call, in ms; for tests. @default performance.now */
  readonly now?: () => number;
}

/**
 * Runs `work` while this call, of all calls in all processes, holds the lock: a file that names its holder, and whose
 * modification time the holder keeps renewing. A holder on this machine that was killed is recognized immediately by
 * its process number; one elsewhere, or one that hangs, by its silence. Another call may then take the lock, and if
 * the first holder wakes, its signal is aborted.
 * @param file path of the lock; its folder must exist
 * @param work receives a signal that is aborted when the lock is lost
 */
export async function withLock<T>(file: string, options: LockOptions, work: (lost: AbortSignal) => Promise<T>) {
  const { beatMs = 1000 } = options;
  const identity = JSON.stringify({ token: randomUUID(), pid: process.pid, place: place() });
  await acquire(file, identity, options);
  await removeMoved(file, options);
  const lost = new AbortController();
  let missing = 0;
  const beat = setInterval(async () => {
    const found = await holder(file, identity);
    missing = found === "" ? missing + 1 : 0;
    // If it is missing only once, another call may have taken it by mistake and put it back.
    if (missing > 1 || (found !== "" && found !== identity)) lost.abort(taken(file));
    else await utimes(file, new Date(), new Date()).catch(() => {});
  }, beatMs);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(beat);
    if ((await holder(file, identity)) === identity) await rm(file, { force: true });
  }
}

async function acquire(file: string, identity: string, options: LockOptions) {
  const { signal, onWait, beatMs = 1000, goneMs = 10_000, now = () => performance.now() } = options;
  for (let seen = "", since = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await create(file, identity);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const [theirs, status] = await Promise.all([holder(file, ""), stat(file).catch(() => undefined)]);
    if (!status) continue;
    // Measured by this process's clock since it first looked: machines that share a folder have different clocks.
    const state = `${theirs} ${status.mtimeMs}`;
    if (state !== seen) [seen, since] = [state, now()];
    const silent = now() - since > goneMs || Date.now() - status.mtimeMs > 6 * goneMs;
    if (silent || isDead(theirs)) {
      steal(file, theirs);
      continue;
    }
    await onWait?.();
    // If aborted, the loop's first line throws the caller's reason.
    await sleep(beatMs / 5, undefined, { signal }).catch(() => {});
  }
}

/** Creates the lock file; on a full disk, none is left. */
async function create(file: string, identity: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await writeAll(handle, Buffer.from(identity));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Removes the lock if it is still the one that was seen; of several waiters, only one succeeds. It is renamed, which
 * only one of them can do, and read again before it is deleted, because between reading and renaming the lock may
 * have become another waiter's: then it is put back. This is synchronous to keep that window as short as possible; if
 * a third call takes the lock within it, the holder notices at its next renewal.
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
    // Unlike a rename, a link never replaces a file.
    if (readFileSync(moved, "utf8") !== theirs) linkSync(moved, file);
  } catch {
    // There is a third call's lock by now, or the file system does not support links.
  } finally {
    rmSync(moved, { force: true });
  }
}

/** Removes locks that processes were taking from others when they were killed. */
async function removeMoved(file: string, { goneMs = 10_000 }: LockOptions): Promise<void> {
  for (const name of await readdir(dirname(file)).catch(() => [])) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const moved = join(dirname(file), name);
    const status = await stat(moved).catch(() => undefined);
    if (status && Date.now() - status.ctimeMs > 6 * goneMs) await rm(moved, { force: true }).catch(() => {});
  }
}

/** Contents of the lock file, empty if there is none; `otherwise` if it cannot be read but may exist. */
async function holder(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "" : otherwise;
  }
}

/** Whether the holder was a process on this machine that no longer exists. */
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

/** Name of the space of process numbers: containers may share a machine's name, but not its process numbers. */
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
    found: "another's lock, taken while this process was suspended",
    advice: "try again: it waits for the other, then finds the data",
  });
