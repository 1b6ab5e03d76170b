import type { FileHandle } from "node:fs/promises";
import { ShortWriteError } from "./error";

/** Bytes of one system call: Linux takes 2³¹ − 4096 at most. */
const most = 2 ** 30;

/**
 * Writes all bytes at the current position of an open file. A system call may write fewer bytes than it was given, as it does when
 * the disk is almost full: then the rest is written by further calls, until none is left or the system refuses.
 *
 * @param onWritten called with the total so far, after each call
 * @throws the system's error, or an error with code `ENOSPC` if a call writes nothing
 */
export async function writeAll(
  file: Pick<FileHandle, "write">,
  bytes: Uint8Array,
  onWritten: (total: number) => void = () => {},
): Promise<void> {
  for (let total = 0; total < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, total, Math.min(most, bytes.length - total));
    if (bytesWritten <= 0) throw new ShortWriteError(total, bytes.length);
    total += bytesWritten;
    onWritten(total);
  }
}
