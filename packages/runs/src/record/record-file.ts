import { appendWhole } from "@weightcast/disk";
import type { RecordEntry, RunRecord } from "./record";
import { lineOf } from "./record-line";
import { type ReadRecordOptions, recordFile, recordReader } from "./record-reader";
import { recordState } from "./record-state";

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
 * Appends entries, each on a line of its own, all or none, even after a crash that left an incomplete line. Nothing is ever removed.
 * @throws DiskError `DISK_FULL` or `NOT_WRITTEN`; the file has its old length
 */
export const appendRecord = (path: string, ...entries: readonly RecordEntry[]): Promise<void> =>
  appendWhole(recordFile(path), entries.map(lineOf).join(""));
