import { readFile, rm } from "node:fs/promises";
import { writeWhole } from "@weightcast/disk";
import { shown } from "../arguments/shown";
import type { CheckpointStorage } from "./storage";

/**
 * Checkpoint storage in one file, which is always the last complete checkpoint, no matter when the process is killed or the disk
 * is full: a write goes to a temporary file in the same folder, and replaces the file only when it is complete and on the disk
 * (`writeWhole` of @weightcast/disk). A failed write throws a `DiskError` with code `DISK_FULL` or `NOT_WRITTEN`.
 *
 * @param path of the file; missing parent folders are created
 */
export function fileStorage(path: string): CheckpointStorage {
  if (typeof path !== "string" || path === "")
    throw new TypeError(`fileStorage: path must be the path of a file, as text; got ${shown(path)}`);
  return {
    async read() {
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: (bytes) => writeWhole(path, bytes),
    async remove() {
      await rm(path, { force: true });
    },
  };
}
