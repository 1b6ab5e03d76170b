import { createHash, randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, processSpace } from "./processes";

/** Names of the temporary files: the place that process numbers are of, the process, a random part. */
const pattern = /^\.weightcast-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$/;

/** Age, in ms, after which another machine's temporary file counts as left behind: a day. */
const staleAfter = 24 * 3600 * 1000;

/** Names of this process's writes that are going on. */
const current = new Set<string>();

/** Runs work with the path of a temporary file in the folder, which is removed at the end if it is still there. */
export async function withTemporary<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  const name = `.weightcast-${place}-${process.pid}-${randomUUID().slice(0, 8)}.tmp`;
  current.add(name);
  try {
    return await work(join(folder, name));
  } finally {
    await rm(join(folder, name), { force: true }).catch(() => {}); // the work's own error says more
    current.delete(name);
  }
}

/** Removes the temporary files of processes that were killed while they wrote to the folder. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (pattern.test(name) && (await isStale(name, path))) await rm(path, { force: true }).catch(() => {});
  }
}

async function isStale(name: string, path: string): Promise<boolean> {
  if (current.has(name)) return false;
  const [, where, pid] = pattern.exec(name)!;
  // This process's number with a name that it does not know: the number was another's before.
  if (where === place) return Number(pid) === process.pid || !isAlive(Number(pid));
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && Date.now() - status.mtimeMs > staleAfter;
}

/** Digest of the space of process numbers: machines and containers that share a folder have different ones. */
const place = createHash("sha256").update(processSpace()).digest("hex").slice(0, 8);
