import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DiskError, ShortWriteError } from "./error";
import { writeAll } from "./write-all";
import { syncFolder, using } from "./write-whole";

/** Appends of this process that are going on, by path: one at a time. */
const queues = new Map<string, Promise<void>>();

/**
 * Appends lines to a text file, whole or not at all: if not all bytes can be written and flushed to the disk, the file gets its old
 * length back. If the file ends in an incomplete line, which a process that was killed leaves, the text begins on a new one.
 *
 * @param path of the file, created if absent, with missing parent folders
 * @param text one or several lines, each ending in a line break
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`
 */
export function appendWhole(path: string, text: string): Promise<void> {
  const key = resolve(path);
  const turn = (queues.get(key) ?? Promise.resolve()).then(() => append(path, text));
  const settled = turn.catch(() => {});
  queues.set(key, settled);
  settled.then(() => {
    if (queues.get(key) === settled) queues.delete(key);
  });
  return turn;
}

async function append(path: string, text: string): Promise<void> {
  let bytes: Uint8Array = Buffer.from(text);
  let written = 0;
  let left = "the file is as it was before";
  try {
    await mkdir(dirname(path), { recursive: true });
    const isNew = await using(await open(path, "a+"), async (file) => {
      const { size: before } = await file.stat();
      if (await lastLineIsOpen(file, before)) bytes = Buffer.from(`\n${text}`);
      try {
        await writeAll(file, bytes, (total) => {
          written = total;
        });
        await file.sync();
        const { size } = await file.stat();
        if (size < before + bytes.length) throw new ShortWriteError(Math.max(0, size - before), bytes.length);
      } catch (error) {
        if (!(await restored(file, before, written))) left = "an incomplete line may be left at the end of the file";
        throw error;
      }
      return before === 0;
    });
    if (isNew) await syncFolder(dirname(path));
  } catch (error) {
    throw new DiskError({ path, expected: bytes.length, written, left }, error);
  }
}

/** Whether the last line has no line break. */
async function lastLineIsOpen(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}

/** Whether the file has its old length again. It is not cut if another process has appended to it meanwhile. */
async function restored(file: FileHandle, before: number, written: number): Promise<boolean> {
  try {
    const { size } = await file.stat();
    if (size > before + written) return false;
    if (size > before) await file.truncate(before);
    await file.sync();
    return true;
  } catch {
    return false;
  }
}
