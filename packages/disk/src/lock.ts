import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./error";
import { isAlive, processSpace } from "./processes";
import { writeAll } from "./write-all";

/** Process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** Name of its machine. */
  readonly host: string;
  /** Time when it took the lock, ISO 8601. */
  readonly since: string;
}

/** Timing of a lock, the same for all who use it. */
export interface LockOptions {
  /** Interval, in ms, at which the holder renews the lock. @default 1000 */
  readonly beatMs?: number;
  /** Time without renewal, in ms, after which the holder counts as gone. @default 10_000 */
  readonly goneMs?: number;
  /** Clock of the waiting call, in ms; for tests. @default performance.now */
  readonly now?: () => number;
}

/** Options of {@link withLock}. */
export interface WaitOptions extends LockOptions {
  /** Signal that ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time another holder is found to have the lock. */
  readonly onWait?: (holder: LockHolder | undefined) => Promise<void> | void;
}

/** Result of one attempt at a lock: that of the work, or the holder that kept it from being done, if known. */
export type Attempt<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly holder?: LockHolder };

/** Error of work whose lock another process took, because this one was suspended or silent for too long. */
export class LockLostError extends Error {
  override readonly name = "LockLostError";
  readonly code = "LOCK_LOST";
  constructor(readonly file: string) {
    super(
      `${file}: this process must hold the lock until its work is done; got another's lock, taken while this process was suspended; run the same command again`,
    );
  }
}

/**
 * Runs `work` while this call, of all calls in all processes, holds the lock: a file that names its holder, and whose
 * modification time the holder keeps renewing. A holder on this machine that was killed is recognized immediately by
 * its process number; one elsewhere, or one that hangs, by its silence. Another call may then take the lock, and if
 * the first holder wakes, its signal is aborted.
 * @param file path of the lock; its folder must exist
 * @param work receives a signal that is aborted with a {@link LockLostError} when the lock is lost
 */
export async function withLock<T>(
  file: string,
  options: WaitOptions,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, onWait, beatMs = 1000 } = options;
  const attempt = attemptsAt(file, options);
  for (;;) {
    signal?.throwIfAborted();
    const result = await attempt(work);
    if (result.done) return result.value;
    await onWait?.(result.holder);
    // If aborted, the loop's first line throws the caller's reason.
    await sleep(beatMs / 5, undefined, { signal }).catch(() => {});
  }
}

/**
 * Attempts at a lock that do not wait: each runs the work if the lock is free, or its holder gone, and otherwise returns at once.
 * The silence of a holder is measured from the first attempt on.
 * @param file path of the lock; its folder must exist
 */
export function attemptsAt(file: string, options: LockOptions = {}) {
  const { beatMs = 1000, goneMs = 10_000, now = () => performance.now() } = options;
  let [seen, since] = ["", 0];
  /** Whether the holder is gone, so that its lock may be taken. */
  const isGone = (theirs: string, mtimeMs: number): boolean => {
    // Measured by this process's clock since it first looked: machines that share a folder have different clocks.
    const state = `${theirs} ${mtimeMs}`;
    if (state !== seen) [seen, since] = [state, now()];
    return now() - since > goneMs || Date.now() - mtimeMs > 6 * goneMs || isDead(theirs);
  };
  return async <T>(work: (lost: AbortSignal) => Promise<T>): Promise<Attempt<T>> => {
    const token = randomUUID();
    const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    const identity = JSON.stringify({ token, place: processSpace(), ...holder });
    tokens.add(token);
    try {
      while (!(await create(file, identity))) {
        const [theirs, status] = await Promise.all([contents(file, ""), stat(file).catch(() => undefined)]);
        if (!status) continue; // it was released
        if (!isGone(theirs, status.mtimeMs)) return { done: false, ...holderIn(theirs) };
        steal(file, theirs);
      }
      await removeMoved(file, goneMs);
      return { done: true, value: await whileHeld(file, identity, beatMs, work) };
    } finally {
      tokens.delete(token);
    }
  };
}

/**
 * Holder of a lock; undefined if it is free, or its holder is gone: a process of this machine that was killed, or one whose last renewal
 * is older than `goneMs` by this machine's clock.
 * @param file path of the lock
 */
export async function lockHolder(
  file: string,
  { goneMs = 10_000 }: Pick<LockOptions, "goneMs"> = {},
): Promise<LockHolder | undefined> {
  const [theirs, status] = await Promise.all([contents(file, ""), stat(file).catch(() => undefined)]);
  return status && Date.now() - status.mtimeMs <= goneMs && !isDead(theirs) ? holderIn(theirs).holder : undefined;
}

/** Tokens of this process's own locks. */
const tokens = new Set<string>();

async function whileHeld<T>(
  file: string,
  identity: string,
  beatMs: number,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let missing = 0;
  const beat = setInterval(async () => {
    const found = await contents(file, identity);
    missing = found === "" ? missing + 1 : 0;
    // If it is missing only once, another call may have taken it by mistake and put it back.
    if (missing > 1 || (found !== "" && found !== identity)) lost.abort(new LockLostError(file));
    else await utimes(file, new Date(), new Date()).catch(() => {});
  }, beatMs);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(beat);
    if ((await contents(file, identity)) === identity) await rm(file, { force: true });
  }
}

/** Creates the lock file; on a full disk, none is left. @returns whether there was none */
async function create(file: string, identity: string): Promise<boolean> {
  const handle = await open(file, "wx").catch((error) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
  if (!handle) return false;
  try {
    await writeAll(handle, Buffer.from(identity));
    return true;
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
async function removeMoved(file: string, goneMs: number): Promise<void> {
  for (const name of await readdir(dirname(file)).catch(() => [])) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const moved = join(dirname(file), name);
    const status = await stat(moved).catch(() => undefined);
    if (status && Date.now() - status.ctimeMs > 6 * goneMs) await rm(moved, { force: true }).catch(() => {});
  }
}

/** Contents of the lock file, empty if there is none; `otherwise` if it cannot be read but may exist. */
async function contents(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "" : otherwise;
  }
}

/** Fields of a lock file; none if it is damaged or not yet written. */
function fieldsIn(contents: string): Partial<LockHolder & { readonly token: string; readonly place: string }> {
  try {
    return Object(JSON.parse(contents));
  } catch {
    return {};
  }
}

function holderIn(contents: string): { readonly holder?: LockHolder } {
  const { pid, host, since } = fieldsIn(contents);
  return typeof pid === "number" && typeof host === "string" && typeof since === "string"
    ? { holder: { pid, host, since } }
    : {};
}

/** Whether the holder was a process on this machine that no longer exists. */
function isDead(contents: string): boolean {
  const { token, place, pid } = fieldsIn(contents);
  if (place !== processSpace() || typeof pid !== "number") return false;
  // This process's number with a token that it does not know: the number was another's before.
  return pid === process.pid ? !tokens.has(String(token)) : !isAlive(pid);
}
