/** Kind of failure: the disk or a quota is full, or the system refuses the write for another reason. */
export type DiskErrorCode = "DISK_FULL" | "NOT_WRITTEN";

/** Facts about a write that failed. */
export interface FailedWrite {
  readonly path: string;
  /** Bytes that were to be written. */
  readonly expected: number;
  /** Bytes that were written before it failed. */
  readonly written: number;
  /** State of the file afterwards, as in "the file is unchanged". */
  readonly left: string;
}

/** Error of a write that did not complete. The message names the file, the bytes, the cause and the remedy. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  readonly path: string;
  readonly expected: number;
  readonly written: number;

  constructor({ path, expected, written, left }: FailedWrite, cause: unknown) {
    const full = isFull(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = full
      ? "free space on its disk, then run the same command again"
      : "see its folder, its permissions and its disk, then run the same command again";
    super(`${path}: all ${expected} bytes must be written; got ${written} (${reason}); ${left}; ${advice}`, { cause });
    this.code = full ? "DISK_FULL" : "NOT_WRITTEN";
    this.path = path;
    this.expected = expected;
    this.written = written;
  }
}

/** Error of a write of which the system took no more bytes, without saying why: a full disk. */
export class ShortWriteError extends Error {
  readonly code = "ENOSPC";
  constructor(
    readonly written: number,
    expected: number,
  ) {
    super(`the system wrote ${written} of ${expected} bytes`);
  }
}

/** Whether the cause is a full disk: no space, a quota, or a limit on the size of a file. */
const isFull = (cause: unknown): boolean => ["ENOSPC", "EDQUOT", "EFBIG"].includes(codeOf(cause) ?? "");

/** Code of a system error. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;
