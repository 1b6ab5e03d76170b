import { stat } from "node:fs/promises";
import { join } from "node:path";
import { appendWhole } from "@weightcast/disk";
import { ifAbsent, linesOf } from "./lines";
import type { RecordEntry, RunRecord } from "./record";
import { type EntryOptions, entryIn, lineOf } from "./record-line";
import { type ListedRun, recordState } from "./record-state";

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

/**
 * Record file at a path: `record.jsonl` in a folder, or the path itself if it ends in .jsonl. One JSON document per line, one line per
 * end of a run or fact about it, only ever appended to.
 */
export const recordFile = (path: string): string => (path.endsWith(".jsonl") ? path : join(path, "record.jsonl"));

/**
 * Finished runs of a folder, oldest first, each once; none if there is no record yet. A line that is incomplete, as a crash while
 * writing leaves it, or whose checksum does not match, counts as not written: it is reported, and its run is done again. Records of
 * earlier versions are brought to today's form.
 * @param path of the folder, or of its record file
 */
export async function readRecord(path: string, options: ReadRecordOptions = {}): Promise<RunRecord[]> {
  const state = recordState();
  for await (const entry of recordReader(path, options)()) state.add(entry);
  return state.records();
}

/**
 * Finished and failed runs of a folder, oldest first, with their tags, without the pictures of their filters: 10,000 take less than a second.
 * Damaged lines as in {@link readRecord}.
 * @param path of the folder, or of its record file
 */
export async function listRuns(path: string, options: ReadRecordOptions = {}): Promise<ListedRun[]> {
  const state = recordState();
  for await (const entry of recordReader(path, { ...options, pictures: "leave" })()) state.add(entry);
  return state.runs();
}

/**
 * Reader of a folder's record: each call gives the entries that were appended since the last one, by this process
 * or another. One call at a time.
 */
export function recordReader(
  path: string,
  { onDamaged = warnOnce, ...options }: ReadRecordOptions = {},
): () => AsyncGenerator<RecordEntry> {
  const file = recordFile(path);
  /** End of the last complete line, and its number. */
  let [end, number] = [0, 0];
  return async function* () {
    const { size } = (await stat(file).catch(ifAbsent)) ?? { size: 0 };
    if (size < end) [end, number] = [0, 0]; // somebody has deleted lines
    if (size === end) return;
    for await (const line of linesOf(file, end)) {
      const at = number + 1;
      // A line without a break may still be written to: the next call reads it again.
      if (line.isComplete) [end, number] = [line.end, at];
      if (isBlank(line.bytes)) continue;
      let entry: RecordEntry | undefined;
      try {
        entry = entryIn(line.bytes, options);
      } catch (error) {
        onDamaged({ file, line: at, message: messageOf(file, at, error as Error) });
        continue;
      }
      if (entry) yield entry;
    }
  };
}

/**
 * Appends entries, each on a line of its own, all or none, even after a crash that left an incomplete line. Nothing is ever removed.
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`; the file has its old length
 */
export const appendRecord = (path: string, ...entries: readonly RecordEntry[]): Promise<void> =>
  appendWhole(recordFile(path), entries.map(lineOf).join(""));

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 32 || byte === 9);

const messageOf = (file: string, line: number, { message }: Error): string =>
  `${file}, line ${line}: left out, as ${message}; its run counts as not done (delete the line to end this message)`;

const warned = new Set<string>();

function warnOnce({ message }: DamagedLine): void {
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}
