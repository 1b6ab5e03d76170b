import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { CheckpointStorage } from "./storage";

/**
 * Checkpoint storage in one file. A write goes to a temporary file next to it, is flushed to disk and renamed
 * (write-file-atomic), so the file is always the last complete checkpoint, no matter what kills the process. A process
 * killed during a write leaves its temporary file, `<path>.<digits>`, which may be deleted.
 *
 * @param path of the file; missing parent folders are created
 */
export function fileStorage(path: string): CheckpointStorage {
  return {
    async read() {
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    async write(bytes) {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}
