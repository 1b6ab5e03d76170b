import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { lockHolder, withLock, writeWhole } from "@weightcast/disk";
import { nameOf, type RunSpec } from "../spec";
import { goneMs } from "./claim";

/** Run that a process in a folder has still to begin, or has begun. */
export interface PlannedRun {
  readonly id: string;
  readonly label: string;
  readonly epochs: number;
}

/** Entry of the list for a run. */
export const plannedRun = (id: string, spec: RunSpec): PlannedRun => ({
  id,
  label: nameOf(spec),
  epochs: spec.training.epochs,
});

const lockName = /^plan-[0-9a-f]{8}\.lock$/;
const listOf = (lock: string): string => lock.replace(/lock$/, "json");
const folderOf = (folder: string): string => join(folder, "checkpoints");

/**
 * Result of work that does several runs, which other processes can see meanwhile: a list beside the claims, with a lock that says that
 * this process is alive. Lists of processes that have gone are removed.
 * @param folder of the record
 */
export async function whilePlanned<T>(folder: string, runs: readonly PlannedRun[], work: () => Promise<T>): Promise<T> {
  if (runs.length < 2) return work();
  await mkdir(folderOf(folder), { recursive: true });
  for (const lock of await locksIn(folder)) if (!(await holderOf(lock))) await removeList(lock);
  const lock = join(folderOf(folder), `plan-${randomBytes(4).toString("hex")}.lock`);
  return withLock(lock, { goneMs }, async () => {
    await writeWhole(listOf(lock), JSON.stringify(runs));
    try {
      return await work();
    } finally {
      await rm(listOf(lock), { force: true });
    }
  });
}

/**
 * Reader of the runs that processes in a folder are doing, one list for each process, in the order in which it begins them. A list is
 * read once; that of a process that has gone is left out.
 */
export function plannedIn(folder: string): () => Promise<readonly (readonly PlannedRun[])[]> {
  let known = new Map<string, readonly PlannedRun[]>();
  return async () => {
    const now = new Map<string, readonly PlannedRun[]>();
    for (const lock of await locksIn(folder)) {
      if (!(await holderOf(lock))) continue;
      const list = known.get(lock) ?? (await readList(listOf(lock)));
      if (list) now.set(lock, list);
    }
    known = now;
    return [...now.values()];
  };
}

async function locksIn(folder: string): Promise<string[]> {
  const names = await readdir(folderOf(folder)).catch(() => []);
  return names.filter((name) => lockName.test(name)).map((name) => join(folderOf(folder), name));
}

const holderOf = (lock: string) => lockHolder(lock, { goneMs });

/** Runs in a list; undefined if it is not there: not yet, or no longer. */
async function readList(file: string): Promise<readonly PlannedRun[] | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as readonly PlannedRun[];
  } catch {
    return undefined;
  }
}

async function removeList(lock: string): Promise<void> {
  for (const file of [listOf(lock), lock]) await rm(file, { force: true });
}
