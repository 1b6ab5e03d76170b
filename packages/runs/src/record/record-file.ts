import { open } from "node:fs/promises";
import { join } from "node:path";
import { appendWhole } from "@weightcast/disk";
import type { RunRecord } from "./record";
import { lineOf, recordIn } from "./record-line";

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
export async function* recordsIn(
  folder: string,
  { onDamaged = warnOnce }: ReadRecordOptions = {},
): AsyncGenerator<RunRecord> {
  const file = fileOf(folder);
  let line = 0;
  for await (const bytes of linesOf(file)) {
    line++;
    if (isBlank(bytes)) continue;
    let record: RunRecord;
    try {
      record = recordIn(bytes);
    } catch (error) {
      onDamaged({ file, line, message: messageOf(file, line, error as Error) });
      continue;
    }
    yield record;
  }
}

/**
 * Appends a finished run on a line of its own, even after a crash that left an incomplete line. Nothing is ever removed.
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`; the file has its old length
 */
export const appendRecord = (folder: string, record: RunRecord): Promise<void> =>
  appendWhole(fileOf(folder), lineOf(record));

/** Lines of a file, without their breaks; none if there is no file. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (!handle) return;
  let begun: Buffer[] = [];
  for await (const chunk of handle.createReadStream({ highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let stop = chunk.indexOf(10); stop >= 0; stop = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, stop);
      yield withoutReturn(begun.length > 0 ? Buffer.concat([...begun, rest]) : rest);
      [begun, start] = [[], stop + 1];
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield withoutReturn(Buffer.concat(begun));
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
