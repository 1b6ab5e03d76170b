import { openIndex } from "./record-index";
import {
  beginning,
  damagedLine,
  type ReadLine,
  type ReadRecordOptions,
  readLines,
  recordFile,
  recordReader,
  warnOnce,
} from "./record-reader";
import { type ListedRun, recordState } from "./record-state";
import { sharing } from "./shared-values";

/**
 * Finished and failed runs of a folder, oldest first, with their tags, without the pictures of their filters.
 * Damaged lines as in {@link readRecord}. A large record has an index, a file beside it from which its first lines are taken, if they
 * are the same as when it was made. It is made when it is missing, and may be deleted.
 * @param path of the folder, or of its record file
 */
export async function listRuns(
  path: string,
  { onDamaged = warnOnce, ...options }: ReadRecordOptions = {},
): Promise<ListedRun[]> {
  const file = recordFile(path);
  const { state, damaged, last } = await readLinesOf(file, options);
  if (last?.entry) state.add(last.entry);
  const reasons = [...damaged, ...(last?.reason === undefined ? [] : [{ line: last.end.lines, reason: last.reason }])];
  for (const { line, reason } of reasons) onDamaged(damagedLine(file, line, reason));
  return state.runs();
}

/**
 * Runs of a folder as {@link listRuns} has them, kept up to date: what is appended later is read by itself.
 * @param path of the folder, or of its record file
 */
export function recordFollower(path: string, { onDamaged = warnOnce }: Pick<ReadRecordOptions, "onDamaged"> = {}) {
  const file = recordFile(path);
  const shared = sharing();
  let state = recordState();
  let read: ReturnType<typeof recordReader> | undefined;
  return {
    /** State of the runs after the last look. */
    state: () => state,
    /** Reads what is new. One call at a time. @returns whether anything is */
    async look(): Promise<boolean> {
      let isNew = false;
      if (!read) {
        const first = await readLinesOf(file, {});
        for (const { line, reason } of first.damaged) onDamaged(damagedLine(file, line, reason));
        state = first.state;
        isNew = state.runs().length > 0;
        read = recordReader(file, { pictures: "leave", onDamaged }, first.end);
      }
      for await (const entry of read()) {
        state.add("result" in entry ? shared(entry) : entry);
        isNew = true;
      }
      return isNew;
    },
  };
}

/** State after the complete lines of a record, from its index if that pays, and a last line that may still be written to. */
async function readLinesOf(file: string, options: Omit<ReadRecordOptions, "onDamaged">) {
  // An index is of all runs.
  const { known, save } = options.only ? {} : await openIndex(file);
  const state = recordState(known?.state);
  const damaged = [...(known?.damaged ?? [])];
  let end = known?.end ?? beginning;
  let last: ReadLine | undefined;
  for await (const read of readLines(file, end, { ...options, pictures: "leave" })) {
    // The index ends before a line without a break.
    if (!read.line.isComplete) {
      last = read;
      continue;
    }
    if (read.entry) state.add(read.entry);
    if (read.reason !== undefined) damaged.push({ line: read.end.lines, reason: read.reason });
    save?.cover(read.line.whole);
    end = read.end;
  }
  await save?.write({ end, damaged, state: state.at() });
  return { state, damaged, end, last };
}
