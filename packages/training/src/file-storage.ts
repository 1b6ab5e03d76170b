import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { CheckpointStorage } from "./storage";

/**
 * A storage in one file. A write goes to a temporary file beside it, is flushed to the disk and renamed (write-file-
 * atomic), so that the file is always the last whole checkpoint, whatever kills the process. A process killed in the
 * middle of a write leaves its temporary file, `<path>.<digits>`, which may be deleted.
 *
 * @param path the file; folders above it are made when needed
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
