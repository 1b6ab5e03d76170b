import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { appendWhole } from "@weightcast/disk";
import type { RunFailure, RunRecord } from "./record";
import { entryIn, lineOf } from "./record-line";

/** Line of a record file that holds no complete record. */
export interface DamagedLine {
  readonly file: string;
  /** Number of the line, from 1. */
  readonly line: number;
  /** The file, the line, the reason and the consequence, in one sentence. */
  readonly message: string;
}

/** Options of {@link readRecord}. */
export interface ReadRecordOptions {
  /** Called once for each damaged line, which is left out. @default console.warn, once per line and process */
  readonly onDamaged?: (line: DamagedLine) => void;
  /** Identities of the runs to read; the others, of which a record may have thousands, are passed over. @default all */
  readonly only?: ReadonlySet<string>;
}

/** Record file of a folder: one JSON document per line, one line per run, only ever appended to. */
const fileOf = (folder: string): string => join(folder, "record.jsonl");

/**
 * Finished runs of a folder, oldest first; none if there is no record yet. A line that is incomplete, as a crash while
 * writing leaves it, or whose checksum does not match, counts as not written: it is reported, and its run is done again. Records of
 * earlier versions are brought to today's form.
 */
export async function readRecord(folder: string, options: ReadRecordOptions = {}): Promise<RunRecord[]> {
  const found: RunRecord[] = [];
  for await (const record of recordsIn(folder, options)) found.push(record);
  return found;
}

/** Finished runs of a folder as {@link readRecord} has them, one after another: the file may be larger than the memory. */
export async function* recordsIn(folder: string, options: ReadRecordOptions = {}): AsyncGenerator<RunRecord> {
  for await (const entry of recordReader(folder, options)()) if ("result" in entry) yield entry;
}

/**
 * Reader of a folder's record, of results and failures: each call gives the entries that were appended since the last one, by this process
 * or another. One call at a time.
 */
export function recordReader(
  folder: string,
  { onDamaged = warnOnce, only }: ReadRecordOptions = {},
): () => AsyncGenerator<RunRecord | RunFailure> {
  const file = fileOf(folder);
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
      let entry: RunRecord | RunFailure | undefined;
      try {
        entry = entryIn(line.bytes, only);
      } catch (error) {
        onDamaged({ file, line: at, message: messageOf(file, at, error as Error) });
        continue;
      }
      if (entry) yield entry;
    }
  };
}

/**
 * Appends a finished run, or one that failed, on a line of its own, even after a crash that left an incomplete line. Nothing is ever removed.
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`; the file has its old length
 */
export const appendRecord = (folder: string, entry: RunRecord | RunFailure): Promise<void> =>
  appendWhole(fileOf(folder), lineOf(entry));

/** Line of a file, without its break. */
interface Line {
  readonly bytes: Buffer;
  /** Position after the line and its break. */
  readonly end: number;
  /** Whether it has a break. */
  readonly isComplete: boolean;
}

/** Lines of a file from a position on; none if there is no file. */
async function* linesOf(file: string, from: number): AsyncGenerator<Line> {
  const handle = await open(file).catch(ifAbsent);
  if (!handle) return;
  let begun: Buffer[] = [];
  let position = from;
  const stream = handle.createReadStream({ start: from, highWaterMark: 2 ** 20 });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let stop = chunk.indexOf(10); stop >= 0; stop = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, stop);
      const bytes = withoutReturn(begun.length > 0 ? Buffer.concat([...begun, rest]) : rest);
      [begun, start] = [[], stop + 1];
      yield { bytes, end: position + start, isComplete: true };
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
    position += chunk.length;
  }
  if (begun.length > 0) yield { bytes: withoutReturn(Buffer.concat(begun)), end: position, isComplete: false };
}

/** Nothing in place of the error that a file is absent. */
function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Line without the carriage return that some editors put before each break. */
const withoutReturn = (line: Buffer): Buffer => (line.at(-1) === 13 ? line.subarray(0, -1) : line);

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 32 || byte === 9);

const messageOf = (file: string, line: number, { message }: Error): string =>
  `${file}, line ${line}: left out, as ${message}; its run counts as not done (delete the line to end this message)`;

const warned = new Set<string>();

function warnOnce({ message }: DamagedLine): void {
  if (!warned.has(message)) console.warn(message);
  warned.add(message);
}
