import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { writeWhole } from "@weightcast/disk";
import { stepsIn } from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";

/** Copy of a run's checkpoint in a store. */
export interface CheckpointCopy {
  /** Takes the copy over if it is of more steps than what is here. */
  fetch(): Promise<void>;
  /** Brings the copy up to date with what is here. */
  save(): Promise<void>;
}

/** Key of a checkpoint's file in a store, which has the same folder. */
export const checkpointKey = (file: string): string => `checkpoints/${basename(file)}`;

/**
 * Copy of a run's checkpoint in a store. It may consist of several files, each with a key of its own; copies from different moments still
 * give the same numbers, as each file is a whole state of its part of the run.
 * @param files of the checkpoint; the name of the first is the beginning of the others'
 */
export function checkpointCopy(store: ObjectStore, files: readonly string[]): CheckpointCopy {
  /** What was stored last of a file: its time, size and number. */
  const stored = new Map<string, string>();
  const saveAll = async () => {
    for (const file of files) {
      const version = await versionOf(file);
      if (version === undefined || stored.get(file) === version) continue;
      await store.write(checkpointKey(file), await readFile(file));
      stored.set(file, version);
    }
  };
  let saving = Promise.resolve();
  return {
    async fetch() {
      const there = new Map<string, Uint8Array>();
      const keys = await keysOf(store, files);
      for (const file of files.filter((file) => keys.has(checkpointKey(file)))) {
        const bytes = await store.read(checkpointKey(file));
        if (bytes) there.set(file, bytes);
      }
      const here = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
      const own = here.filter((bytes) => bytes !== undefined);
      if (own.length > 0 && total(own) >= total([...there.values()])) return;
      for (const [file, bytes] of there) {
        await writeWhole(file, bytes);
        const version = await versionOf(file);
        if (version !== undefined) stored.set(file, version);
      }
    },
    save() {
      saving = saving.catch(() => {}).then(saveAll);
      return saving;
    },
  };
}

/** Removes a run's checkpoint from a store. */
export async function removeCopy(store: ObjectStore, files: readonly string[]): Promise<void> {
  for (const key of await keysOf(store, files)) await store.remove(key);
}

/** Keys of those of the files that are in a store. */
async function keysOf(store: ObjectStore, files: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set(files.map(checkpointKey));
  return new Set((await store.keys(checkpointKey(files[0]!))).filter((key) => known.has(key)));
}

const total = (files: readonly Uint8Array[]): number => files.reduce((sum, bytes) => sum + stepsIn(bytes), 0);

/** What changes with every write of a file; undefined if there is none. */
const versionOf = (file: string): Promise<string | undefined> =>
  stat(file, { bigint: true }).then(
    ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
    () => undefined,
  );
