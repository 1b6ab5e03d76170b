import { rm } from "node:fs/promises";
import type { ObjectStore } from "@weightcast/types";
import { removeCopy } from "./checkpoint-copies";

/** Checkpoints of runs that are done, here and in a store. */
export interface FinishedRuns {
  /** Adds the files of a run's checkpoint. */
  add(files: readonly string[]): void;
  /** Removes those that were added so many milliseconds ago; those that a store refuses to remove are tried again by the next call. */
  remove(olderMs: number): Promise<void>;
}

/**
 * Checkpoints of runs that are done, which are removed a while later: a Redis server that is killed may forget the last second, and the run is
 * then done again, from its last checkpoint.
 */
export function finishedRuns(store: ObjectStore): FinishedRuns {
  const left = new Map<readonly string[], number>();
  return {
    add(files) {
      left.set(files, Date.now());
    },
    async remove(olderMs) {
      for (const [files, at] of left) {
        if (Date.now() - at < olderMs) continue;
        await removeCopy(store, files);
        await Promise.all(files.map((file) => rm(file, { force: true })));
        left.delete(files);
      }
    },
  };
}
