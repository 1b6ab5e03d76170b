import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ifAbsent, type Line, linesOf } from "./lines";
import type { RecordEntry } from "./record";
import { type EntryOptions, entryIn } from "./record-line";

/**
 * Record file at a path: `record.jsonl` in a folder, or the path itself if it ends in .jsonl. One JSON document per line, one line per
 * end of a run or fact about it, only ever appended to.
 */
export const recordFile = (path: string): string => (path.endsWith(".jsonl") ? path : join(path, "record.jsonl"));

/** Line of a record file that holds no complete entry. */
export interface DamagedLine {
  readonly file: string;
  /** Number of the line, from 1. */
  readonly line: number;
  /** The file, the line, the reason and the consequence, in one sentence. */
  readonly message: string;
}

/** Options of {@link readRecord}. */
export interface ReadRecordOptions extends EntryOptions {
  /** Called once for each damaged line, which is left out. @default console.warn, once per line and process */
  readonly onDamaged?: (line: DamagedLine) => void;
}

/** Position in a record file: the end of a line. */
export interface Position {
  readonly bytes: number;
  readonly lines: number;
}

/** Beginning of a file. */
export const beginning: Position = { bytes: 0, lines: 0 };

/** Line of a record as it was read: without an entry and a reason if it is blank, or of a run that is not wanted. */
export interface ReadLine {
  readonly line: Line;
  /** Its end. */
  readonly end: Position;
  readonly entry?: RecordEntry | undefined;
  /** Reason why it is left out: it is damaged. */
  readonly reason?: string;
}

/** Lines of a record file from a position on, each checked. */
export async function* readLines(file: string, from: Position, options: EntryOptions): AsyncGenerator<ReadLine> {
  let { lines } = from;
  for await (const line of linesOf(file, from.bytes)) {
    lines++;
    yield { line, end: { bytes: line.end, lines }, ...contentOf(line.bytes, options) };
  }
}

function contentOf(line: Buffer, options: EntryOptions): Pick<ReadLine, "entry" | "reason"> {
  if (isBlank(line)) return {};
  try {
    return { entry: entryIn(line, options) };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 32 || byte === 9);

/**
 * Reader of a folder's record: each call gives the entries that were appended since the last one, by this process
 * or another. One call at a time. What a later call finds at the end may be a line that is just being written: it is damaged if
 * it has not grown by the next.
 * @param from end of a line that the first call begins at @default the beginning of the file
 */
export function recordReader(
  path: string,
  { onDamaged = warnOnce, ...options }: ReadRecordOptions = {},
  from = beginning,
): () => AsyncGenerator<RecordEntry> {
  const file = recordFile(path);
  let at = from;
  /** End of a line without a break at the last call; −1 if there was none, undefined before the first. */
  let open: number | undefined;
  return async function* () {
    const { size } = (await stat(file).catch(ifAbsent)) ?? { size: 0 };
    if (size < at.bytes) at = beginning; // somebody has deleted lines
    if (size === at.bytes) {
      open = -1;
      return;
    }
    const before = open;
    open = -1;
    for await (const { line, end, entry, reason } of readLines(file, at, options)) {
      // A line without a break may still be written to: the next call reads it again.
      if (line.isComplete) at = end;
      else open = line.end;
      const isGrowing = !line.isComplete && before !== undefined && before !== line.end;
      if (reason !== undefined && !isGrowing) onDamaged(damagedLine(file, end.lines, reason));
      if (entry) yield entry;
    }
  };
}

/** Damaged line of a record file, with its message. */
export const damagedLine = (file: string, line: number, reason: string): DamagedLine => ({
  file,
  line,
  message: `${file}, line ${line}: left out, as ${reason}; its run counts as not done (delete the line to end this message)`,
});

const warned = new Set<string>();

/** Prints the message of a damaged line, once per process. */
export function warnOnce({ message }: DamagedLine): void {
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}
