import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { attemptsAt, type LockHolder, lockHolder, withLock } from "@weightcast/disk";
import { InterruptedError } from "../interrupted";

/** Silence, in ms, after which the process of a run on another machine counts as gone: it may be suspended, or its network slow. */
export const goneMs = 60_000;

/** File of a run's checkpoint. */
export const checkpointFile = (folder: string, id: string): string => join(folder, "checkpoints", `${id}.checkpoint`);

/** File of a run's claim, in a folder that exists. */
async function claimFile(folder: string, id: string): Promise<string> {
  const checkpoints = join(folder, "checkpoints");
  await mkdir(checkpoints, { recursive: true });
  return join(checkpoints, `${id}.lock`);
}

/**
 * Attempts to claim a run, so that only one process at a time does it: a lock in the folder, beside its checkpoint. The claim of a
 * process that was killed is free.
 * @param folder of the record
 */
export const claimOf = async (folder: string, id: string) => attemptsAt(await claimFile(folder, id), { goneMs });

/** Runs that processes are doing in a folder, and wait for in a queue, by their identities. */
export async function claimsIn(folder: string): Promise<ReadonlyMap<string, LockHolder>> {
  const checkpoints = join(folder, "checkpoints");
  const claims = new Map<string, LockHolder>();
  for (const name of await readdir(checkpoints).catch(() => [])) {
    const id = /^([0-9a-f]{12})\.lock$/.exec(name)?.[1];
    const holder = id === undefined ? undefined : await lockHolder(join(checkpoints, name), { goneMs });
    if (id !== undefined && holder) claims.set(id, holder);
  }
  return claims;
}

/** Options of {@link withClaim}. */
export interface ClaimOptions {
  readonly signal?: AbortSignal;
  /** Called each time another process is found to do the run. */
  readonly onWait?: (holder: LockHolder | undefined) => void;
}

/**
 * Result of work that is done while this process has claimed a run in a folder; waits for another that has.
 * @param work receives a signal that is aborted when the run is to be stopped: by the caller, or because the claim is lost
 * @throws InterruptedError once the signal is aborted
 */
export async function withClaim<T>(
  folder: string,
  id: string,
  { signal, onWait }: ClaimOptions,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withLock(await claimFile(folder, id), { goneMs, signal, ...(onWait && { onWait }) }, (lost) =>
      work(signal ? AbortSignal.any([signal, lost]) : lost),
    );
  } catch (error) {
    throw signal?.aborted ? new InterruptedError() : error;
  }
}
