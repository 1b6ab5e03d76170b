import { type FileHandle, open } from "node:fs/promises";

/** Line of a file, without its break. */
export interface Line {
  /** Valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** The same with its break, as in the file. */
  readonly whole: Buffer;
  /** Position after the line and its break. */
  readonly end: number;
  /** Whether it has a break. */
  readonly isComplete: boolean;
}

/** Bytes that are read at a time, if no line is longer. */
const room = 2 ** 22;

/** Lines of a file from a position on; none if there is no file. The memory is that of the longest line. */
export async function* linesOf(file: string, from: number): AsyncGenerator<Line> {
  const handle = await open(file).catch(ifAbsent);
  if (!handle) return;
  try {
    yield* linesIn(handle, from);
  } finally {
    await handle.close();
  }
}

async function* linesIn(handle: FileHandle, from: number): AsyncGenerator<Line> {
  // One buffer for all lines: a new one for each read would cost more than the reading.
  let buffer = Buffer.allocUnsafe(room);
  /** The buffer holds the bytes [at, at + filled) of the file, in which a line begins. */
  let [at, filled] = [from, 0];
  for (;;) {
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, at + filled);
    if (bytesRead === 0) break;
    const known = buffer.subarray(0, filled + bytesRead);
    let start = 0;
    for (let stop = known.indexOf(10, filled); stop >= 0; stop = known.indexOf(10, start)) {
      yield { ...lineIn(known.subarray(start, stop + 1), stop - start), end: at + stop + 1, isComplete: true };
      start = stop + 1;
    }
    known.copyWithin(0, start);
    [at, filled] = [at + start, known.length - start];
  }
  if (filled > 0) yield { ...lineIn(buffer.subarray(0, filled), filled), end: at + filled, isComplete: false };
}

/** Nothing in place of the error that a file is absent. */
export function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Line with and without its break, and the carriage return that some editors put before each. */
const lineIn = (whole: Buffer, length: number) => ({
  whole,
  bytes: whole.subarray(0, whole[length - 1] === 13 ? length - 1 : length),
});
